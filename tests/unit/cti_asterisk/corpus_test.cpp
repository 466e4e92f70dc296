// Events that other projects recorded on other Asterisks. Their licences keep them out of this repository: CALLWRIGHT_CORPUS names
// the folder that holds them.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "cti/asterisk/codec.hpp"

namespace callwright::cti::asterisk::test {
namespace {

/// The lines of a file of the corpus, or none.
std::vector<std::string> corpus(const std::string& file) {
  std::vector<std::string> lines;
  if (const char* folder = std::getenv("CALLWRIGHT_CORPUS")) {
    std::ifstream in(std::string(folder) + "/" + file);
    for (std::string line; std::getline(in, line);) lines.push_back(line);
  }
  return lines;
}

/// What the file's event number N (from 0) is about: the channel's id and the application's arguments.
struct Foreign {
  std::size_t line;
  bool starts;
  std::string channel;
  std::size_t arguments;
};

class Corpus : public testing::TestWithParam<Foreign> {};

TEST_P(Corpus, EventsOfOlderAsterisksAreRead) {
  const auto lines = corpus("ari/cgrates-recorded/events.jsonl");
  if (lines.empty()) GTEST_SKIP() << "needs CALLWRIGHT_CORPUS";
  ASSERT_LT(GetParam().line, lines.size());
  const Result<Event> event = read_event(lines[GetParam().line]);
  ASSERT_TRUE(event) << event.error().text();
  EXPECT_NE(event->at.us, 0);
  if (GetParam().starts) {
    const auto& start = std::get<StasisStart>(event->body);
    EXPECT_EQ(start.channel.id, GetParam().channel);
    EXPECT_EQ(start.args.size(), GetParam().arguments);
  } else {
    EXPECT_EQ(std::get<ChannelSeen>(event->body).channel.id, GetParam().channel);
  }
}

INSTANTIATE_TEST_SUITE_P(Recorded, Corpus,
                         testing::Values(Foreign{0, true, "1473681228.6", 4}, Foreign{1, false, "1473681228.6", 0}, Foreign{2, true, "1543140206.0", 3}));

}  // namespace
}  // namespace callwright::cti::asterisk::test
