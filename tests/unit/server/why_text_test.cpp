#include "server/why_text.hpp"

#include <gmock/gmock.h>

namespace callwright::server {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const SkillId kHeating{"heating"};

journal::Centre centre_of_four() {
  journal::Centre centre;
  centre.agents = {{AgentId{"ann"}, "Ann Weber"},
                   {AgentId{"bob"}, "Bob Lee"},
                   {AgentId{"carl"}, "Carl Ito", {}, {}, {}, {}, {{QueueId{"repairs"}}}},
                   {AgentId{"dora"}, "Dora Senn"}};
  journal::Queue queue;
  queue.id = QueueId{"repairs"};
  queue.idle_per_minute = 6;
  centre.queues = {queue};
  return centre;
}

contacts::Decision decision() {
  using journal::Gate, journal::TermKind;
  contacts::Decision decision;
  decision.at = Instant{1'795'000'000'000'000};
  decision.ended_at = decision.at + std::chrono::milliseconds(19'400);
  decision.how = journal::OfferEnd::timed_out;
  decision.requirements = {{kHeating, journal::Requirement::Kind::required, 40, 2}};
  decision.offer.decision = 7;
  decision.offer.queue = QueueId{"repairs"};
  decision.offer.agent = AgentId{"ann"};
  decision.offer.gates = {{Gate::member, 8}, {Gate::signed_in, 5}, {Gate::skills, 2}};
  decision.offer.best = {
      {AgentId{"ann"}, 204'000, {{TermKind::skill, kHeating, 180'000}, {TermKind::idle, {}, 24'000}, {TermKind::rank, {}, 0}}},
      {AgentId{"bob"}, 189'060, {{TermKind::skill, kHeating, 120'000}, {TermKind::idle, {}, 66'060}, {TermKind::rank, {}, 3'000}}}};
  return decision;
}

std::string text(const contacts::Decision& decision, const AgentId& agent = {}) {
  return why_text(decision, centre_of_four(), [](const std::string& principal) { return principal == "user:3" ? "Ruth Ray" : ""; }, agent);
}

TEST(WhyText, SaysThatSeveralWereAskedAtOnce) {
  contacts::Decision grouped = decision();
  EXPECT_THAT(text(grouped), Not(HasSubstr("at once")));
  grouped.offer.group = OfferId{3};
  EXPECT_THAT(text(grouped), HasSubstr("Ann Weber (ann)\n  Several were asked at once; the first to answer has the call.\n"));
  grouped.offer.claim = true;
  EXPECT_THAT(text(grouped), HasSubstr("Several were asked at once; the first to claim has the call.\n"));
}

TEST(WhyText, SaysWhoWasLeftWhatCountedAndWhatWouldHaveBeenEnough) {
  EXPECT_EQ(text(decision()),
            "Decision 7, 2026-11-18 11:06:40Z, queue repairs: Ann Weber (ann)\n"
            "  The offer was not answered and ended after 19 s.\n"
            "\n"
            "  Who could take it               left   removed\n"
            "  serves the queue                   8\n"
            "  signed in                          5         3\n"
            "  has the skill levels               2         3\n"
            "\n"
            "  Score                                  ann         bob\n"
            "  heating                                180         120\n"
            "  idle time                               24        66.1\n"
            "  rank in this queue                       0           3\n"
            "  total                                  204       189.1\n"
            "\n"
            "  Bob Lee (bob) was 14.9 points behind. Enough would have been, each alone:\n"
            "    2 min 30 s more of idle time (at 6 points a minute)\n"
            "    a rank 15 points higher (18 instead of 3)\n"
            "    heating at 68 instead of 60\n");
}

TEST(WhyText, OfAWrittenContactItSaysWhoHadRoomAndWhatWasInHand) {
  contacts::Decision chat = decision();
  chat.offer.gates.insert(chat.offer.gates.begin() + 2, {journal::Gate::capacity, 4});
  chat.offer.best[1].terms.push_back({journal::TermKind::load, {}, -200'000});
  EXPECT_THAT(text(chat), HasSubstr("  has room for one more              4         1\n  has the skill levels               2         2\n"));
  EXPECT_THAT(text(chat), HasSubstr("  written contacts in hand                 0        -200\n"));
}

TEST(WhyText, OfAnAgentWhomTheDecisionDoesNotKeepItSaysWhatIsKnown) {
  EXPECT_THAT(text(decision(), AgentId{"carl"}), HasSubstr("Carl Ito (carl) was removed by one of the rules above."));
  EXPECT_THAT(text(decision(), AgentId{"dora"}), HasSubstr("Dora Senn (dora) does not serve queue repairs."));
  auto crowded = decision();
  crowded.offer.best.push_back({AgentId{"emil"}, 0, {}});
  EXPECT_THAT(text(crowded, AgentId{"carl"}), HasSubstr("Carl Ito (carl) is not among the best three."));
  EXPECT_THAT(text(decision(), AgentId{"ann"}), HasSubstr("Ann Weber (ann) was chosen."));
}

TEST(WhyText, ASupervisorWhoChoseIsNamedAndNothingIsCompared) {
  auto given = decision();
  given.offer.pulled_by = "user:3";
  given.offer.best.pop_back();
  const std::string said = text(given);
  EXPECT_THAT(said, HasSubstr("Given to him by Ruth Ray (user:3), past skills, exclusions and holds."));
  EXPECT_THAT(said, Not(HasSubstr("Enough would")));
  given.offer.pulled_by = "token:x";
  EXPECT_THAT(text(given), HasSubstr("Given to him by token:x,"));
}

TEST(WhyText, WithoutASecondNobodyElseWasLeft) {
  auto only = decision();
  only.offer.best.pop_back();
  only.how.reset();
  EXPECT_THAT(text(only), HasSubstr("Nobody else was left."));
  EXPECT_THAT(text(only), HasSubstr("The offer has not ended.\n"));
}

}  // namespace
}  // namespace callwright::server
