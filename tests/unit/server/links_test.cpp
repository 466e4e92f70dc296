#include "server/links.hpp"

#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>

#include "contacts/centre_toml.hpp"
#include "contacts/store.hpp"

namespace callwright::server {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

journal::Switch described(const std::string& id, const std::string& url = "http://127.0.0.1:8088") {
  return {.id = SwitchId{id}, .kind = "asterisk", .url = url, .username = "callwright", .secret_name = "lab"};
}

TEST(Links, WhatAnOpenLinkCannotFollowIsSaid) {
  EXPECT_THAT(waits_for_restart({described("a"), described("b")}, {described("a"), described("b")}), IsEmpty());
  journal::Switch trunks = described("a");
  trunks.trunks.push_back({.trunk = "*"});
  EXPECT_THAT(waits_for_restart({described("a")}, {trunks}), IsEmpty()) << "the rules of its trunks are read at each call";
  EXPECT_THAT(waits_for_restart({described("a"), described("gone")}, {described("a", "https://pbx:8089"), described("new")}),
              ElementsAre("a is connected as it was described before", "new is new and not connected",
                          "gone is not in the document any more and still connected"));
}

TEST(ReadNewestCentre, ReadsBesideAnOpenStoreAndCreatesNothing) {
  const auto folder = std::filesystem::path(testing::TempDir()) / ("newest_centre_" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder);
  const std::string path = (folder / "store.db").string();
  EXPECT_FALSE(contacts::read_newest_centre({.path = path}));
  EXPECT_FALSE(std::filesystem::exists(path));
  {
    const auto store = contacts::open_store({.path = path});
    ASSERT_TRUE(store);
    EXPECT_FALSE(contacts::read_newest_centre({.path = path})->has_value());
    journal::Centre centre;
    centre.name = "Lab";
    centre.time_zone = "UTC";
    const auto put = (*store)->centres().put(centre, "test", Instant{1'000'000});
    ASSERT_TRUE(put) << put.error().text();
    const auto read = contacts::read_newest_centre({.path = path});
    ASSERT_TRUE(read && *read);
    EXPECT_EQ((*read)->name, "Lab");
    EXPECT_EQ((*read)->version, 1);
  }
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace callwright::server
