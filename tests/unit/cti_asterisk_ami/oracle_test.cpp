// What the call model concludes of each recording, beside what was really done: who called, who answered and when, how long each agent talked and
// held, who ended it. The times are the switch's own stamps; the scenarios' descriptions, queue_log and CDR give whole seconds.
#include <gmock/gmock.h>

#include <algorithm>

#include "tests/unit/cti_asterisk_ami/bench_switch.hpp"
#include "tests/unit/cti_asterisk_ami/book.hpp"

namespace callwright::cti::ami::test {
namespace {

struct Oracle {
  std::string scenario;
  std::vector<std::string> contacts;
};

struct AmiOracle : testing::TestWithParam<Oracle> {};

TEST_P(AmiOracle, TheContactsAreThoseThatWere) {
  Bench bench;
  replay(bench, GetParam().scenario);
  const Book book(bench.told);
  EXPECT_THAT(book.lines(), testing::ElementsAreArray(GetParam().contacts));
  EXPECT_EQ(book.live_legs(), 0U);
  EXPECT_THAT(book.board().model.violations(), testing::IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(
    Recorded, AmiOracle,
    testing::Values(
        Oracle{"agent-busy-direct", {"4930111 to 1001: not answered, failed (17)"}},
        Oracle{"agent-busy-queue", {"4930111 to 5002: answered by bob after 1.5 s, bob 5.5 s, ended by the customer"}},
        Oracle{"agent-unreachable-direct", {"4930111 to 1009: not answered, failed (3)"}},
        Oracle{"ami-redirect-both-to-conference", {"4930111 to 1001: answered by alice after 1.0 s, alice 3.8 s, ended by the customer"}},
        Oracle{"ami-redirect-caller", {"4930111 to 1001: answered by alice after 1.0 s, alice 2.0 s, bob 3.0 s, ended by bob"}},
        Oracle{"ari-agent-busy", {"4930111 to 7000: not answered, ended by the customer"}},
        Oracle{"ari-agent-hangs-up", {"4930111 to 7000: answered by alice after 2.5 s, alice 4.0 s, ended by alice"}},
        Oracle{"ari-agent-unreachable", {"4930111 to 7000: not answered, ended by the customer"}},
        Oracle{"ari-caller-hangs-up", {"4930111 to 7000: answered by alice after 2.5 s, alice 4.5 s, ended by the customer"}},
        Oracle{"ari-continue-to-dialplan", {"4930111 to 7000: answered by bob after 2.5 s, bob 3.0 s, ended by bob"}},
        Oracle{"ari-dtmf", {"4930111 to 7000: answered by alice after 2.0 s, alice 8.0 s, ended by the customer"}},
        Oracle{"ari-recording", {"4930111 to 7000: answered by alice after 2.0 s, alice 7.0 s, ended by the customer"}},
        Oracle{"ari-rona-next-agent", {"4930111 to 7000: answered by bob after 6.8 s, bob 3.0 s, ended by bob"}},
        Oracle{"ari-snoop", {"4930111 to 7000: answered by alice after 2.0 s, alice 12.0 s, ended by the customer"}},
        Oracle{"ari-transfer-refer-in-stasis",
               {"4930111 to 7000: answered by alice after 2.5 s, alice 2.5 s, bob 3.0 s, blind to 1002, 2 hidden, ended by bob"}},
        Oracle{"attended-transfer-refer-replaces",
               {"4930111 to 1001: answered by alice after 1.0 s, alice 6.7 s held 5.2 s, bob 6.3 s, attended to 1002, ended by the customer"}},
        Oracle{"blind-transfer-refer", {"4930111 to 1001: answered by alice after 1.0 s, alice 2.0 s, bob 3.0 s, blind to 1002, ended by bob"}},
        Oracle{"caller-hangup-ringing", {"4930111 to 1001: not answered, given up by the customer"}},
        Oracle{"confbridge-3party", {"4930111 to 8000: answered by alice after 3.2 s, alice 3.8 s, bob 2.3 s, ended by the customer"}},
        Oracle{"direct-inbound", {"4930111 to 1001: answered by alice after 1.5 s, alice 4.0 s, ended by the customer"}},
        Oracle{"dtmf-read-dialplan", {"4930111 to 6002: answered by alice after 4.2 s, alice 2.0 s, ended by alice"}},
        Oracle{"hold-unhold", {"4930111 to 1001: answered by alice after 1.0 s, alice 7.0 s held 3.0 s, ended by alice"}},
        Oracle{"local-optimised", {"4930111 to 3001: answered by alice after 1.5 s, alice 4.0 s, 2 hidden, ended by the customer"}},
        Oracle{"outbound-ami-originate", {}}, Oracle{"outbound-ami-originate-no-answer", {}}, Oracle{"outbound-ari-originate", {}},
        Oracle{"parking-retrieved", {"4930111 to 1001: answered by alice after 1.0 s, alice 1.5 s, bob 2.5 s, blind to 700, ended by bob"}},
        Oracle{"queue-abandoned", {"4930111 to 5000: not answered, ended by the customer"}},
        Oracle{"queue-abandoned-all-paused", {"4930111 to 5000: not answered, ended by the customer"}},
        Oracle{"queue-answered", {"4930111 to 5000: answered by alice after 1.5 s, alice 5.0 s, ended by the customer"}},
        Oracle{"queue-answered-agent-hangs-up", {"4930111 to 5000: answered by alice after 2.0 s, alice 4.0 s, ended by alice"}},
        Oracle{"queue-ringall-3", {"4930111 to 5001: answered by bob after 2.5 s, bob 3.5 s, ended by the customer"}},
        Oracle{"queue-rna-next-agent", {"4930111 to 5002: answered by bob after 5.5 s, bob 3.5 s, ended by the customer"}},
        Oracle{"recording-mixmonitor", {"4930111 to 6001: answered by alice after 1.0 s, alice 5.5 s, ended by the customer"}},
        Oracle{"restart-midcall",
               {"4930111 to 5000: answered by alice after 1.0 s, alice until then, lost with the switch",
                "4930111 to 1002: answered by bob after 0.5 s, bob 2.5 s, ended by the customer"}}),
    [](const auto& oracle) {
      std::string name = oracle.param.scenario;
      std::ranges::replace(name, '-', '_');
      return name;
    });

/// How often the facts say this.
template <class Body>
std::ptrdiff_t count(const Book& book) {
  return std::ranges::count_if(book.board().facts, [](const journal::Fact& fact) { return std::holds_alternative<Body>(fact.body); });
}

/// Complaint 5: the halves of a Local channel are no calls.
TEST(AmiComplaints, ACallThroughALocalChannelIsOneTalkThatItsOptimisationDoesNotInterrupt) {
  Bench bench;
  replay(bench, "local-optimised");
  const Book book(bench.told);
  EXPECT_EQ(count<journal::ContactOpened>(book), 1);
  EXPECT_EQ(count<journal::LegJoined>(book), 2);
  EXPECT_EQ(count<journal::LegLeft>(book), 2);
}

/// Complaint 7: the hangups of those who lost a ring-all are not the call's.
TEST(AmiComplaints, LosersOfARingAllEndNothingButTheirOffers) {
  Bench bench;
  replay(bench, "queue-ringall-3");
  const auto at = [&](std::string_view line) {
    const auto found = std::ranges::find(bench.events, line);
    EXPECT_NE(found, bench.events.end()) << line;
    return found - bench.events.begin();
  };
  const auto carol = at("gone lab-1795324115.15 elsewhere 26 by unknown"), alice = at("gone lab-1795324115.17 elsewhere 26 by unknown");
  EXPECT_LT(std::max(carol, alice), at("joins lab-1795324114.14 5e7ce815-0b85-4a5c-8d51-590dfdb18d64"));
  const Book book(bench.told);
  EXPECT_EQ(count<journal::ContactOpened>(book), 1);
  EXPECT_EQ(count<journal::LegEnded>(book), 2) << "of the customer and of Bob";
}

/// Complaint 9: the losers' pops are withdrawn with the word that says that somebody answered, before anybody talks; and what goes out is told as
/// going out.
TEST(AmiComplaints, LosersOfARingAllAreWithdrawnAtOnceAndDirectionsComeFromTheDevices) {
  Bench bench;
  replay(bench, "queue-ringall-3");
  const auto accepted = std::ranges::find(bench.events, "offer of lab-1795324114.14 to PJSIP/agent2 accepted");
  ASSERT_GT(bench.events.end() - accepted, 2);
  EXPECT_EQ(accepted[1], "offer of lab-1795324114.14 to PJSIP/agent3 elsewhere");
  EXPECT_EQ(accepted[2], "offer of lab-1795324114.14 to PJSIP/agent1 elsewhere");

  Bench outbound;
  replay(outbound, "outbound-ami-originate");
  for (const model::SwitchEvent& event : outbound.told)
    if (const auto* made = std::get_if<model::LegCreated>(&event.body)) {
      EXPECT_EQ(made->direction, journal::Direction::outbound) << made->native_id;
    }
  EXPECT_EQ(count<journal::ContactOpened>(Book(outbound.told)), 0) << "nobody has called";
}

}  // namespace
}  // namespace callwright::cti::ami::test
