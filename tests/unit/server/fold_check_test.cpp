#include "server/fold_check.hpp"

#include <gtest/gtest.h>

#include "core/core.hpp"
#include "tests/unit/contacts/sample_facts.hpp"
#include "tests/unit/contacts/temporary_store.hpp"

namespace callwright::server {
namespace {

class FoldCheck : public contacts::StoreTest {
 protected:
  bool is_good() {
    const auto finding = compare_folds(journal());
    EXPECT_TRUE(finding) << finding.error().text();
    return finding && finding->good;
  }
  contacts::FactMaker maker_;
};

TEST_F(FoldCheck, ACheckpointAndWhatFollowsMustGiveTheStateOfAllFacts) {
  const auto life = maker_.life(ContactId{1000});
  const std::vector<journal::Fact> begun(life.begin(), life.begin() + 4);  // it waits
  ASSERT_TRUE(journal().append(begun));
  core::Core core(1);
  for (const auto& fact : begun) core.fold(fact);
  auto checkpoint = core.checkpoint();
  ASSERT_TRUE(journal().checkpoint(checkpoint));
  ASSERT_TRUE(journal().append(std::vector(life.begin() + 4, life.begin() + 8)));
  EXPECT_TRUE(is_good());

  std::erase_if(checkpoint, [](const journal::Fact& fact) { return std::holds_alternative<journal::VisitStarted>(fact.body); });
  ASSERT_TRUE(journal().checkpoint(checkpoint));
  EXPECT_FALSE(is_good()) << "the contact would not wait any more";
}

}  // namespace
}  // namespace callwright::server
