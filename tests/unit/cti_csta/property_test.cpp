// Random days on the peer: after every step the link shows who the peer knows to be there, and who talks to whom.
#include <gmock/gmock.h>

#include <algorithm>
#include <random>

#include "tests/unit/cti_csta/bench.hpp"

namespace callwright::cti::csta::test {
namespace {

using sim::csta::Peer;

const std::vector<std::string> kPhones = {"1001", "1002", "1003", "1004", "1005", "1006"};

class Day {
 public:
  explicit Day(unsigned seed) : random_(seed) {}

  std::size_t below(std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n - 1)(random_); }

  std::string step(Peer& peer) {
    const std::string phone = "100" + std::to_string(1 + below(6));
    std::string other = "1001";
    for (int i = 0; i < 6 && peer.busy(other); ++i) other = "100" + std::to_string(1 + below(6));
    std::vector<std::string> mine;  // calls of this phone, what it holds first
    for (const bool held : {true, false})
      for (const auto& [call, members] : peer.calls())
        if (const auto at = members.find(phone); at != members.end() && (at->second == Peer::State::held) == held) mine.push_back(call);
    if (mine.empty()) {
      const std::string customer = "+493022211" + std::to_string(below(5));
      return peer.call_in(customer, phone), customer + " calls " + phone;
    }
    const std::string first = mine.front(), last = mine.back(), call = mine[below(mine.size())];
    switch (mine.size() > 1 && below(2) == 0 ? 7 + below(2) : below(11)) {
      case 0:
      case 1:
      case 2:
      case 3: return peer.answer(last, phone), "answer " + last + " " + phone;
      case 4: return below(2) ? peer.hold(call, phone) : peer.retrieve(call, phone), "hold or retrieve " + call + " " + phone;
      case 5:
      case 6: return peer.consult(last, phone, other), "consult " + last + " " + phone + " " + other;
      case 7: return peer.join(first, last, phone, false), "transfer " + first + " " + last + " " + phone;
      case 8: return peer.join(first, last, phone, true), "conference " + first + " " + last + " " + phone;
      case 9: return peer.divert(call, phone, other, "noAnswer"), "divert " + call + " " + phone + " " + other;
      default: {
        const auto& members = peer.calls().at(call);
        auto party = members.begin();
        std::advance(party, below(members.size()));
        const std::string who = party->first;
        return peer.hang_up(call, who), "hang up " + call + " " + who;
      }
    }
  }

 private:
  std::mt19937 random_;
};

TEST(CstaDay, TheLinkShowsWhoIsThereHoweverTheBytesAreCut) {
  std::ptrdiff_t transfers = 0, conferences = 0;
  for (unsigned seed = 1; seed <= 200; ++seed) {
    Day day(seed);
    Bench bench(kPhones);
    bench.piece = [&] { return day.below(400); };
    bench.live();
    std::string script;
    for (int i = 0; i < 80; ++i) {
      script += day.step(bench.peer) + "\n";
      bench.settle();
      ASSERT_EQ(bench.mirror.lines(), truth(bench.peer)) << "seed " << seed << "\n" << script;
      ASSERT_THAT(bench.mirror.faults, testing::IsEmpty()) << "seed " << seed << "\n" << script;
    }
    EXPECT_EQ(bench.machine.counters().malformed, 0U);
    EXPECT_EQ(bench.opened, 1);
    transfers += std::ranges::count_if(bench.events, [](const std::string& line) { return line.starts_with("transfer"); });
    conferences += std::ranges::count_if(truth(bench.peer), [](const std::string& line) { return std::ranges::count(line, ' ') > 2; });
  }
  EXPECT_GT(transfers, 100);
  EXPECT_GT(conferences, 10);
}

TEST(CstaDay, AfterACutConnectionTheLinkShowsWhoIsThere) {
  for (unsigned seed = 1; seed <= 200; ++seed) {
    Day day(1'000 + seed);
    Bench bench(kPhones);
    bench.piece = [&] { return day.below(400); };
    bench.live();
    std::string script;
    for (int cut = 0; cut < 6; ++cut) {
      for (std::size_t i = day.below(12); i > 0; --i) {
        script += day.step(bench.peer) + "\n";
        bench.settle();
      }
      bench.cut();
      script += "cut\n";
      for (std::size_t i = day.below(8); i > 0; --i) script += day.step(bench.peer) + "\n";
      bench.pass(std::chrono::seconds(6));
      if (bench.machine.phase() != link::Machine::Phase::opening) bench.pass(std::chrono::seconds(6));
      bench.live();
      ASSERT_EQ(bench.machine.phase(), link::Machine::Phase::live) << "seed " << seed;
      ASSERT_EQ(bench.mirror.lines(), truth(bench.peer)) << "seed " << seed << "\n" << script;
      ASSERT_THAT(bench.mirror.faults, testing::IsEmpty()) << "seed " << seed << "\n" << script;
    }
  }
}

}  // namespace
}  // namespace callwright::cti::csta::test
