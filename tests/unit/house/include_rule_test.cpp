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
    {"base/expression", {"base"}},
    {"journal", {"base"}},
    {"journal/wire", {"base", "journal"}},
    {"runtime", {"base"}},
    {"cti/model", {"base", "journal"}},
    {"cti/feed", {"base", "runtime", "cti/model", "journal"}},
    {"cti/link", {"base", "runtime", "cti/model", "journal"}},
    {"cti/asterisk", {"base", "runtime", "cti/link", "cti/model", "journal"}},
    {"cti/asterisk/ami", {"base", "cti/asterisk", "cti/link", "cti/model", "journal"}},
    {"cti/csta", {"base", "cti/link", "cti/model", "journal"}},
    {"cti/freeswitch", {"base", "cti/link", "cti/model", "journal"}},
    {"cti/sip", {"base", "runtime", "cti/link", "cti/model", "journal"}},
    {"routing", {"base", "base/expression", "journal"}},
    {"metrics", {"base", "journal"}},
    {"core/views", {"base", "journal"}},
    {"core", {"base", "journal", "cti/model", "routing", "metrics", "core/views"}},
    {"contacts", {"base", "base/expression", "runtime", "journal", "journal/wire", "metrics"}},
    {"agent-desktop-api", {"base", "runtime", "journal", "contacts", "core/views"}},
    {"sim/csta", {}},
    {"sim/switch", {"base", "runtime", "journal", "cti/model", "cti/feed"}},
    {"sim",
     {"base", "runtime", "journal", "journal/wire", "cti/model", "cti/link", "cti/feed", "cti/asterisk", "routing", "metrics", "core", "core/views",
      "contacts", "sim/switch"}},
    {"sim/what_if", {"base", "base/expression", "runtime", "journal", "routing", "metrics", "contacts"}},
    {"server",
     {"base", "runtime", "journal", "journal/wire", "cti/model", "cti/link", "cti/feed", "cti/asterisk", "cti/asterisk/ami", "cti/csta", "routing", "metrics",
      "core", "core/views", "contacts", "agent-desktop-api", "sim", "sim/switch", "sim/what_if"}},
};

/// Foreign headers and the only places where they may stand.
struct Foreign {
  std::string header;
  std::vector<std::string> places;
};
const std::vector<Foreign> kForeign = {
    {"callwright/feed/v1/feed.pb.h", {"cti/feed/codec"}},
    {"callwright/journal/v1/facts.pb.h", {"journal/wire/"}},
    {"osipparser2/", {"cti/sip/codec"}},
    {"pugixml.hpp", {"cti/csta/codec", "cti/sip/codec"}},
    {"sqlite3.h", {"contacts/sqlite/", "sim/"}},
    {"toml++/", {"runtime/toml.hpp"}},
};

/// Rooms that hold pure code: no sockets, SQL, threads, clock, randomness or logging. So do the links' codecs and machines.
const std::set<std::string> kPure = {"base",    "base/expression", "journal", "journal/wire", "cti/model", "cti/asterisk/ami", "cti/csta",
                                     "routing", "metrics",         "core",    "core/views"};
const std::vector<std::string> kPureFiles = {"cti/link/machine.",   "cti/link/names.",      "cti/link/address.",      "cti/link/delivery.",
                                             "cti/asterisk/machine.", "cti/asterisk/channels", "cti/asterisk/plan.",
                                             "cti/asterisk/request.", "cti/asterisk/codec.",    "cti/feed/machine.",
                                             "cti/feed/peer.",        "cti/feed/frame.",        "cti/feed/codec",
                                             "cti/freeswitch/",       "cti/sip/codec",          "cti/sip/grammar.",
                                             "cti/sip/head.",         "cti/sip/framing.",       "cti/sip/writing.",
                                             "cti/sip/inspection.",   "cti/sip/message.",       "cti/sip/flow.",
                                             "cti/sip/transactions.",  "cti/sip/machine",        "cti/sip/caller.",
                                             "cti/sip/guard.",        "cti/sip/digest.",        "cti/sip/networks."};
const std::vector<std::string> kImpureHeaders = {"boost/asio", "boost/beast", "thread",   "mutex",   "condition_variable", "future",     "random",
                                                 "ctime",      "time.h",      "spdlog",   "fstream", "iostream",           "filesystem", "cstdio",
                                                 "stdio.h",    "sys/",        "unistd.h", "netinet/"};
const std::vector<std::string> kImpureWords = {"_clock::now", "std::time(",  "gettimeofday", "absl::Now",    "LoadTimeZone",  "LocalTimeZone",
                                               "std::mutex",  "std::thread", "this_thread",  "thread_local", "random_device", "mt19937",
                                               "std::rand(",  "getenv",      "spdlog",       "runtime::log", "printf(",       "std::cout",
                                               "std::cerr",   "std::clog",   "fopen(",       "sqlite3_"};

/// Where the design wants what the rule forbids.
struct Exception {
  std::string file;
  std::string word;  ///< empty: everything
};
const std::vector<Exception> kExceptions = {
    {"base/bounded_queue.hpp", ""},     // the one thing that two threads share
    {"core/core.cpp", "LoadTimeZone"},  // the centre's midnight: reads the system's time-zone files when a document names the zone
    {"routing/hours.cpp", "LoadTimeZone"},  // the same for business hours
};

std::string room_of(const std::string& path) {
  std::string best;
  for (const auto& [room, may] : kMayInclude)
    if (path.starts_with(room + "/") && room.size() > best.size()) best = room;
  return best;
}

bool is_pure(const std::string& file) {
  return kPure.contains(room_of(file)) || std::ranges::any_of(kPureFiles, [&](const std::string& start) { return file.starts_with(start); });
}

bool is_excepted(const std::string& file, const std::string& word) {
  return std::ranges::any_of(kExceptions, [&](const Exception& one) { return one.file == file && (one.word.empty() || one.word == word); });
}

/// One line of a room's C++ without its comment.
struct Line {
  std::string file;
  std::string text;
};

std::vector<Line> read_rooms() {
  std::vector<Line> all;
  const fs::path root = CALLWRIGHT_SOURCE_DIR;
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
      for (std::string line; std::getline(in, line);) all.push_back({path, line.substr(0, line.find("//"))});
    }
  }
  return all;
}

const std::vector<Line>& all_lines() {
  static const std::vector<Line> lines = read_rooms();
  return lines;
}

struct Include {
  std::string file;
  std::string header;
  bool ours = false;
};

std::vector<Include> all_includes() {
  std::vector<Include> all;
  const std::regex form(R"(^\s*#\s*include\s*([<"])([^>"]+)[>"])");
  for (const Line& line : all_lines()) {
    std::smatch match;
    if (line.text.find("include") != std::string::npos && std::regex_search(line.text, match, form))
      all.push_back({line.file, match[2], match[1] == "\""});
  }
  return all;
}

TEST(House, RoomsIncludeOnlyTheRoomsTheyMay) {
  std::ostringstream broken;
  for (const Include& include : all_includes()) {
    if (!include.ours) continue;
    const std::string from = room_of(include.file), to = room_of(include.header);
    if (to == from || kMayInclude.at(from).contains(to)) continue;
    const bool foreign = std::ranges::any_of(kForeign, [&](const Foreign& one) { return include.header.starts_with(one.header); });
    if (to.empty() && foreign) continue;
    broken << include.file << " includes " << include.header << (to.empty() ? ", which names no room" : "") << "\n";
  }
  EXPECT_EQ(broken.str(), "");
}

TEST(House, ForeignHeadersStandOnlyBehindTheirCodecs) {
  std::ostringstream broken;
  for (const Include& include : all_includes())
    for (const Foreign& foreign : kForeign) {
      if (!include.header.starts_with(foreign.header)) continue;
      const bool allowed = std::ranges::any_of(foreign.places, [&](const std::string& place) { return include.file.starts_with(place); });
      const bool named = std::ranges::find(foreign.places, include.file) != foreign.places.end();
      if (!allowed || (include.file.ends_with(".hpp") && !named)) broken << include.file << " includes " << include.header << "\n";
    }
  EXPECT_EQ(broken.str(), "");
}

TEST(House, PureRoomsHaveNoSocketsThreadsClockOrRandomness) {
  std::ostringstream broken;
  for (const Include& include : all_includes()) {
    if (!is_pure(include.file)) continue;
    for (const std::string& impure : kImpureHeaders) {
      const bool whole = impure.find('/') == std::string::npos && impure != "spdlog";
      const bool names = whole ? include.header == impure : include.header.starts_with(impure);
      if (names && !is_excepted(include.file, impure)) broken << include.file << " includes " << include.header << "\n";
    }
  }
  for (const Line& line : all_lines()) {
    if (!is_pure(line.file)) continue;
    for (const std::string& word : kImpureWords)
      if (line.text.find(word) != std::string::npos && !is_excepted(line.file, word)) broken << line.file << " says " << word << "\n";
  }
  EXPECT_EQ(broken.str(), "");
}

TEST(House, TheRuleSeesTheFilesItIsAbout) {
  const auto all = all_includes();
  EXPECT_GT(all.size(), 100u);
  EXPECT_TRUE(std::ranges::any_of(all, [](const Include& include) { return include.file == "core/core.cpp"; }));
  for (const std::string& start : kPureFiles)
    EXPECT_TRUE(std::ranges::any_of(all, [&](const Include& include) { return include.file.starts_with(start); })) << start << " is no file";
}

}  // namespace
