#include "tests/bench/routing/floor.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace callwright::bench {

std::vector<journal::Requirement> requirements_of(const Shape& shape, std::size_t skill) {
  using enum journal::Requirement::Kind;
  const std::size_t beside = (skill * 7 + 1) % shape.skills;
  return {{SkillId{fmt::format("s{}", skill)}, required, shape.min_level, 3}, {SkillId{fmt::format("s{}", beside)}, preferred, 0, 1}};
}

Wanted wanted_of(const Shape& shape, std::size_t skill) {
  Wanted wanted;
  wanted.required = static_cast<std::uint16_t>(skill);
  wanted.preferred = static_cast<std::uint16_t>((skill * 7 + 1) % shape.skills);
  wanted.min_level = static_cast<std::uint8_t>(shape.min_level);
  wanted.required_weight = 3;
  wanted.preferred_weight = 1;
  return wanted;
}

journal::Centre centre_of(const Shape& shape, std::uint64_t seed) {
  Dice dice(seed);
  journal::Centre centre;
  journal::Queue queue;
  queue.id = kQueue;
  queue.wrap_up = Duration::zero();
  centre.queues = {queue};
  for (std::size_t i = 0; i < shape.agents; ++i) {
    journal::Agent& agent = centre.agents.emplace_back();
    agent.id.value = fmt::format("a{:06}", i);
    agent.switch_id = kSwitch;
    agent.device = fmt::format("d{:06}", i);
    agent.queues = {{kQueue, 0}};
    while (agent.skills.size() < shape.skills_each) {
      SkillId skill{fmt::format("s{}", dice.below(shape.skills))};
      if (std::ranges::find(agent.skills, skill, &journal::SkillLevel::skill) != agent.skills.end()) continue;
      agent.skills.push_back({std::move(skill), static_cast<std::int32_t>(1 + dice.below(100))});
    }
  }
  return centre;
}

Scan scan_of(const journal::Centre& centre) {
  Scan scan;
  for (const journal::Agent& agent : centre.agents) {
    PackedAgent& packed = scan.agents.emplace_back();
    packed.name_order = static_cast<std::uint32_t>(scan.agents.size() - 1);
    for (std::size_t i = 0; i < agent.skills.size(); ++i) {
      packed.skills[i] = static_cast<std::uint16_t>(std::stoi(agent.skills[i].skill.value.substr(1)));
      packed.levels[i] = static_cast<std::uint8_t>(agent.skills[i].level);
    }
  }
  return scan;
}

Floor::Floor(const Shape& shape, const journal::Centre& centre) {
  matcher.configure(centre, kStart);
  queue_ = *matcher.queues.find(kQueue);
  switch_ = matcher.classes.switch_number(kSwitch);
  (void)matcher.agents.switch_state(kSwitch, true);
  for (std::size_t i = 0; i < shape.agents; ++i) busy(i, kStart);
}

std::vector<routing::Wish> Floor::wishes_of(const std::vector<journal::Requirement>& requirements) {
  std::vector<routing::Wish> wishes;
  matcher.classes.number(requirements, wishes);
  return wishes;
}

void Floor::arrive(std::int64_t contact, const std::vector<routing::Wish>& wishes, Instant now) {
  routing::Contact& one = matcher.visits.start({contact}, [&](routing::Visit& visit) {
    visit.started.entered_at = now;
    visit.queue = queue_;
    visit.class_index = matcher.classes.enter({journal::Channel::voice, switch_, queue_, wishes});
  });
  matcher.stand({contact}, one, now);
}

std::optional<routing::Pair> Floor::decide(Instant now) {
  auto pair = matcher.next_pair(decisions + 1, now);
  if (pair) account = &matcher.selector.account(pair->visit.contact, *pair->visit.owner, ++decisions, now, std::nullopt);
  return pair;
}

void Floor::give(const routing::Pair& pair, Instant now) {
  const ContactId id = pair.visit.contact;
  routing::Contact& contact = *matcher.visits.waiting(id);
  const std::size_t class_index = contact.visit->class_index;
  matcher.unstand(id, *contact.visit);
  matcher.visits.end(contact);
  matcher.visits.contact_ended(id);
  matcher.classes.leave(class_index);
  busy(pair.agent.agent, now);
}

void Floor::free(std::size_t agent, Instant now) {
  matcher.change_agent(agent, now, [&](routing::Agent& one) {
    one.state.state = journal::AgentState::ready;
    one.state.idle_since = now;
  });
}

void Floor::busy(std::size_t agent, Instant now) {
  matcher.change_agent(agent, now, [&](routing::Agent& one) { one.state.state = journal::AgentState::talking; });
}

}  // namespace callwright::bench
