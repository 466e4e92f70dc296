#include "server/view_queue.hpp"

#include <gmock/gmock.h>

#include <deque>

namespace callwright::server {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class ViewQueueOf : public testing::Test {
 protected:
  static std::vector<core::View> view(std::int64_t rev) { return {core::QueueView{.rev = rev}}; }
  static std::int64_t rev(const std::vector<core::View>& views) { return std::get<core::QueueView>(views.front()).rev; }
  void desk_turns() {
    for (; !posted.empty(); posted.pop_front()) posted.front()();
  }

  std::deque<std::function<void()>> posted;
  std::vector<std::int64_t> shown, whole;
  int asked = 0;
  bool answers = true;
  ViewQueue queue{{.post = [this](auto work) { posted.push_back(std::move(work)); },
                   .show = [this](auto views) { shown.push_back(rev(views)); },
                   .show_whole = [this](auto views) { whole.push_back(rev(views)); },
                   .ask_whole = [this] { return ++asked, answers; }},
                  3};
};

TEST_F(ViewQueueOf, ViewsArriveInOrder) {
  queue.push(view(1));
  queue.push(view(2));
  EXPECT_EQ(posted.size(), 1U) << "one hand-over for both";
  desk_turns();
  EXPECT_THAT(shown, ElementsAre(1, 2));
  EXPECT_EQ(asked, 0);
}

TEST_F(ViewQueueOf, BeyondTheLimitViewsAreLostCountedAndShownAgainAsAWhole) {
  for (std::int64_t n = 1; n <= 5; ++n) queue.push(view(n));
  EXPECT_EQ(queue.size(), 3U);
  EXPECT_EQ(queue.lost(), 2U);
  EXPECT_LE(posted.size(), 2U) << "what is posted is bounded too";
  desk_turns();
  EXPECT_THAT(shown, ElementsAre(1, 2, 3));
  EXPECT_EQ(asked, 1);
  queue.push_whole(view(6));
  queue.push(view(7));
  desk_turns();
  EXPECT_THAT(whole, ElementsAre(6));
  EXPECT_THAT(shown, ElementsAre(1, 2, 3, 7));
  EXPECT_EQ(asked, 1);
}

TEST_F(ViewQueueOf, AWholeThatCouldNotBeAskedForIsAskedForWithTheNextViews) {
  answers = false;
  for (std::int64_t n = 1; n <= 4; ++n) queue.push(view(n));
  desk_turns();
  const int before = asked;
  answers = true;
  queue.push(view(5));
  desk_turns();
  EXPECT_EQ(asked, before + 1);
  queue.push(view(6));
  desk_turns();
  EXPECT_EQ(asked, before + 1);
}

}  // namespace
}  // namespace callwright::server
