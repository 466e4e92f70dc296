// The house's walls: which room may include which, and where foreign headers may stand (ARCHITECTURE.md, "The house").
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

/// Each room and the rooms that its files may include, beside itself. Longest prefix wins.
const std::map<std::string, std::set<std::string>> kMayInclude = {
    {"base", {}},
    {"journal", {"base"}},
    {"journal/wire", {"base", "journal"}},
    {"runtime", {"base"}},
    {"cti/model", {"base", "journal"}},
    {"cti/feed", {"base", "runtime", "cti/model", "journal"}},
    {"cti/asterisk", {"base", "runtime", "cti/model", "journal"}},
    {"routing", {"base", "journal"}},
    {"metrics", {"base", "journal"}},
    {"core/views", {"base", "journal"}},
    {"core", {"base", "journal", "cti/model", "routing", "metrics", "core/views"}},
    {"contacts", {"base", "runtime", "journal", "journal/wire", "metrics"}},
    {"agent-desktop-api", {"base", "runtime", "journal", "contacts", "core/views"}},
    {"sim/switch", {"base", "runtime", "journal", "cti/model", "cti/feed"}},
    {"sim", {"base", "runtime", "journal", "journal/wire", "cti/model", "cti/feed", "cti/asterisk", "routing", "metrics", "core", "core/views", "contacts", "sim/switch"}},
    {"server", {"base", "runtime", "journal", "journal/wire", "cti/model", "cti/feed", "cti/asterisk", "routing", "metrics", "core", "core/views", "contacts", "agent-desktop-api", "sim", "sim/switch"}},
};

/// Foreign headers and the only places where they may stand.
struct Foreign {
  std::string header;
  std::vector<std::string> places;
};
const std::vector<Foreign> kForeign = {
    {"callwright/feed/v1/feed.pb.h", {"cti/feed/codec"}},
    {"callwright/journal/v1/facts.pb.h", {"journal/wire/"}},
    {"pugixml.hpp", {"cti/csta/codec"}},
    {"osipparser2/", {"cti/sip/codec"}},
    {"sqlite3.h", {"contacts/sqlite/", "sim/"}},
    {"toml++/", {"contacts/", "runtime/"}},
};

/// Rooms that hold pure code: no sockets, SQL, threads, clock, randomness or logging.
const std::set<std::string> kPure = {"base", "journal", "journal/wire", "cti/model", "routing", "metrics", "core", "core/views"};
const std::vector<std::string> kImpure = {"<boost/asio", "<boost/beast", "<thread>", "<random>", "<spdlog", "<fstream>", "<iostream>", "<filesystem>", "<sys/", "<unistd.h>"};

std::string room_of(const std::string& path) {
  std::string best;
  for (const auto& [room, may] : kMayInclude)
    if (path.starts_with(room + "/") && room.size() > best.size()) best = room;
  return best;
}

struct Include {
  std::string file;
  std::string header;
  bool ours = false;
};

std::vector<Include> all_includes() {
  std::vector<Include> all;
  const fs::path root = CALLWRIGHT_SOURCE_DIR;
  const std::regex line_form(R"(^\s*#\s*include\s*([<"])([^>"]+)[>"])");
  for (const auto& [room, may] : kMayInclude) {
    if (!fs::exists(root / room)) continue;
    for (auto it = fs::recursive_directory_iterator(root / room); it != fs::recursive_directory_iterator(); ++it) {
      if (it->is_directory() && (it->path().filename() == "web" || it->path().filename() == "node_modules")) {
        it.disable_recursion_pending();
        continue;
      }
      const std::string path = fs::relative(it->path(), root).string();
      if (room_of(path) != room || (!path.ends_with(".hpp") && !path.ends_with(".cpp"))) continue;
      std::ifstream in(it->path());
      for (std::string line; std::getline(in, line);) {
        std::smatch match;
        if (std::regex_search(line, match, line_form)) all.push_back({path, match[2], match[1] == "\""});
      }
    }
  }
  return all;
}

TEST(House, RoomsIncludeOnlyTheRoomsTheyMay) {
  std::ostringstream broken;
  for (const Include& include : all_includes()) {
    if (!include.ours) continue;
    const std::string from = room_of(include.file), to = room_of(include.header);
    if (to.empty() || to == from || kMayInclude.at(from).contains(to)) continue;
    broken << include.file << " includes " << include.header << "\n";
  }
  EXPECT_EQ(broken.str(), "");
}

TEST(House, ForeignHeadersStandOnlyBehindTheirCodecs) {
  std::ostringstream broken;
  for (const Include& include : all_includes())
    for (const Foreign& foreign : kForeign) {
      if (!include.header.starts_with(foreign.header)) continue;
      const bool allowed = std::ranges::any_of(foreign.places, [&](const std::string& place) { return include.file.starts_with(place); });
      if (!allowed || include.file.ends_with(".hpp")) broken << include.file << " includes " << include.header << "\n";
    }
  EXPECT_EQ(broken.str(), "");
}

TEST(House, PureRoomsHaveNoSocketsThreadsClockOrRandomness) {
  std::ostringstream broken;
  for (const Include& include : all_includes()) {
    if (!kPure.contains(room_of(include.file)) || include.file == "base/bounded_queue.hpp") continue;
    for (const std::string& impure : kImpure)
      if (("<" + include.header).starts_with(impure)) broken << include.file << " includes " << include.header << "\n";
  }
  EXPECT_EQ(broken.str(), "");
}

TEST(House, TheRuleSeesTheFilesItIsAbout) {
  const auto all = all_includes();
  EXPECT_GT(all.size(), 100u);
  EXPECT_TRUE(std::ranges::any_of(all, [](const Include& include) { return include.file == "core/core.cpp"; }));
}

}  // namespace
