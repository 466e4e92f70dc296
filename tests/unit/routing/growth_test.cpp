#include <gtest/gtest.h>

#include "floor.hpp"

namespace callwright::routing {
namespace {

/// A centre of `agents` agents in 20 queues, each queue with a skill of its own that one agent in ten has.
journal::Centre centre_of(int agents) {
  journal::Centre centre;
  for (int q = 0; q < 20; ++q) centre.queues.push_back(queue("q" + std::to_string(q), {required("s" + std::to_string(q), 10)}));
  for (int i = 0; i < agents; ++i) {
    journal::Agent one = agent("a" + std::to_string(i), {}, {});
    for (int q : {i % 20, (i / 20 + i + 7) % 20}) {
      if (!one.skills.empty() && one.skills.front().skill.value == "s" + std::to_string(q)) continue;
      one.skills.push_back({SkillId{"s" + std::to_string(q)}, 20 + i % 70});
      one.queues.push_back({QueueId{"q" + std::to_string(q)}, 0});
    }
    centre.agents.push_back(std::move(one));
  }
  return centre;
}

struct Cost {
  double candidates = 0;
  double visits = 0;
  double classes = 0;
};

/// Examined a decision, over `cycles` arrivals to queues in turn, each answered, worked and ended before the next but `waiting` others.
Cost cost_of(int agents, int waiting, bool all_idle) {
  Floor floor;
  floor.open(centre_of(agents));
  if (!all_idle)
    for (const auto& one : floor.centre.agents) floor.set(one.id.value, AgentState::not_ready, "lunch");
  for (int i = 0; i < waiting; ++i) (void)floor.enter(1'000'000 + i, "q" + std::to_string(i % 20));
  if (!all_idle) floor.match();

  // Warm up, so that classes which are asked often have their ranking.
  const auto cycle = [&](int n) {
    const ContactId contact{n + 1};
    floor.now = floor.now + 100ms;
    if (all_idle) {
      (void)floor.enter(contact.value, "q" + std::to_string(n % 20));
      floor.match();
      const std::string who = floor.offered(contact.value);
      floor.engine.answered(contact, {who}, floor.now, floor);
      floor.engine.work_ended({who}, floor.now, floor);
      floor.engine.end_wrap_up({who}, floor.now, floor);
    } else {
      const std::string who = "a" + std::to_string((n * 7) % agents);
      floor.ready(who);
      floor.match();
      const Offer* offer = floor.engine.offer_to({who});
      ASSERT_NE(offer, nullptr);
      const ContactId served = offer->contact;
      floor.engine.answered(served, {who}, floor.now, floor);
      floor.set(who, AgentState::not_ready, "lunch");
      floor.engine.work_ended({who}, floor.now, floor);
      floor.engine.end_wrap_up({who}, floor.now, floor);
    }
    floor.match();
  };
  for (int n = 0; n < 200; ++n) cycle(n);
  const Work before = floor.engine.work();
  for (int n = 200; n < 600; ++n) cycle(n);
  const Work after = floor.engine.work();
  const auto offers = static_cast<double>(after.offers - before.offers);
  EXPECT_GE(offers, 400);
  return {static_cast<double>(after.candidates - before.candidates) / offers, static_cast<double>(after.visits - before.visits) / offers,
          static_cast<double>(after.classes - before.classes) / offers};
}

TEST(Growth, AnArrivalExaminesNoMoreAgentsInALargeCentreThanInASmallOne) {
  const Cost small = cost_of(100, 0, true), middle = cost_of(1'000, 0, true), large = cost_of(10'000, 0, true);
  EXPECT_LE(middle.candidates, 3 * small.candidates);
  EXPECT_LE(large.candidates, 3 * small.candidates);
  EXPECT_LE(large.classes, 3);
}

TEST(Growth, AFreedAgentExaminesHeadsOfHisClassesAndNotTheWaiting) {
  const Cost few = cost_of(100, 1'000, false), many = cost_of(1'000, 5'000, false);
  EXPECT_LE(few.visits, 8);
  EXPECT_LE(many.visits, 8);
  EXPECT_LE(many.candidates, 3 * few.candidates);
}

}  // namespace
}  // namespace callwright::routing
