#include "sim/centre.hpp"

#include <string>

namespace callwright::sim {

using namespace std::chrono_literals;

namespace {

constexpr int kCustomers = 40;
constexpr const char* kSkills[] = {"repairs", "billing", "sales"};
constexpr const char* kSwitches[] = {"north", "east", "west"};

std::string number_of(int customer) { return "+4416329600" + std::string(customer < 10 ? "0" : "") + std::to_string(customer); }

}  // namespace

journal::Centre sample_centre(int agents, int switches) {
  using journal::Requirement;
  journal::Centre centre;
  centre.version = 1;
  centre.name = "Simulated centre";
  for (int i = 0; i < switches; ++i) {
    journal::Switch& one = centre.switches.emplace_back();
    one.id = SwitchId{kSwitches[i]};
    one.kind = "feed";
  }
  for (int i = 0; i < 3; ++i) {
    const std::string name = kSkills[i];
    centre.skills.push_back({SkillId{name}, name, {}});
    journal::Queue queue;
    queue.id = QueueId{name};
    queue.name = name;
    queue.requirements = {{SkillId{name}, Requirement::Kind::required, 30, 3}, {SkillId{kSkills[(i + 1) % 3]}, Requirement::Kind::preferred, 0, 1}};
    queue.priority = i * 20;
    queue.ring_timeout = 8s;
    queue.exclude_after_rona = 20s;
    queue.wrap_up = i == 2 ? 0s : 10s;
    centre.queues.push_back(queue);
    for (const auto& one : centre.switches) centre.entries.push_back({one.id, "400" + std::to_string(i + 1), QueueId{name}});
  }
  for (int i = 0; i < agents; ++i) {
    journal::Agent agent;
    agent.id = AgentId{"a" + std::to_string(i)};
    agent.switch_id = centre.switches[static_cast<std::size_t>(i / 2 % switches)].id;
    agent.device = std::to_string(1001 + i);
    for (int skill = 0; skill < 3; ++skill) {
      if ((i + skill) % 3 == 2 && i % 4) continue;
      agent.skills.push_back({SkillId{kSkills[skill]}, 20 + (i * 37 + skill * 23) % 80});
      agent.queues.push_back({QueueId{kSkills[skill]}, (i % 3) * 5});
    }
    centre.agents.push_back(std::move(agent));
  }
  centre.pause_reasons = {{"break", "Break", {}}};
  centre.dispositions = {{"solved", "Solved", {}, {}, {}}};
  return centre;
}

SwitchOptions switch_options(const journal::Centre& centre, const SwitchId& id, std::uint64_t seed, double calls_per_minute) {
  SwitchOptions options;
  options.seed = seed;
  options.calls_per_minute = calls_per_minute / static_cast<double>(centre.switches.size());
  options.daily_profile = false;
  options.first_call_after = 1s;
  options.no_answer_chance = 0.1;
  options.private_calls_per_hour = 4;
  options.talk_median = 20s;
  for (std::size_t i = 0; i < centre.agents.size(); ++i)
    if (centre.agents[i].switch_id == id) options.devices.push_back({centre.agents[i].device, i % 4 == 0});
  for (int i = 0; i < 2 * kCustomers; ++i) options.callers.push_back({number_of(i), {}});  // half of them are nobody's
  return options;
}

Result<void> fill_customers(contacts::Store& store, std::uint64_t, Instant now) {
  for (int i = 0; i < kCustomers; ++i) {
    contacts::Customer draft;
    draft.name = "Customer " + std::to_string(i);
    draft.numbers = {{number_of(i), "mobile", number_of(i), "import"}};
    if (auto made = store.customers().create(draft, "simulator", now); !made) return std::unexpected(made.error());
  }
  return {};
}

}  // namespace callwright::sim
