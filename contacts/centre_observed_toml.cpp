#include "contacts/centre_observed_toml.hpp"

#include <algorithm>

namespace callwright::contacts {
namespace {

using namespace std::chrono_literals;

constexpr const char* kKind = "queue that is observed";  ///< of `References`
constexpr std::size_t kNameLimit = 128;                  ///< of the switch's name, bytes

/// What we decide about a queue, and do not about one that its switch routes. A test holds this against what a queue is printed with.
constexpr const char* kOurs[] = {
    "requirements",
    "priority",
    "age_per_minute",
    "idle_per_minute",
    "strategy",
    "strategy_points",
    "group_size",
    "last_agent_points",
    "last_agent_hold",
    "named_agent_points",
    "named_agent_hold",
    "resolution_weight",
    "satisfaction_weight",
    "target_points",
    "waiting_share",
    "balance_points",
    "load_points",
    "ring_timeout",
    "exclude_after_rona",
    "after_rona",
    "rona_boost",
    "auto_answer",
    "wrap_up",
    "wrap_up_extension",
    "wrap_up_extensions",
    "hours",
    "closed",
    "closed_to",
    "closed_message",
    "closed_cause",
    "no_agents",
    "no_agents_to",
    "no_agents_message",
    "no_agents_cause",
    "emergency",
    "emergency_to",
    "emergency_message",
    "emergency_cause",
    "greeting",
    "announcement",
    "overflow",
    "estimates",
    "callbacks",
    "callback_attempts",
    "callback_retry",
    "callback_ring",
    "callback_keep",
    "callback_agent_hold",
    "callback_key",
    "recall_after",
    "recall_attempts",
    "step",
    "rule",
};

const journal::Queue* queue_of(const journal::Centre& centre, const QueueId& id) {
  const auto found = std::ranges::find(centre.queues, id, &journal::Queue::id);
  return found == centre.queues.end() ? nullptr : &*found;
}

}  // namespace

bool read_observed(Table& table, References& references, journal::Queue& queue) {
  if (!table.find("observed", false)) return false;
  journal::ObservedQueue& observed = queue.observed.emplace();
  table.table("observed", "what is observed", [&](Table& inner) {
    inner.key("switch", observed.switch_id);
    inner.text("name", observed.name, true, kNameLimit);
    references.refer("switch", observed.switch_id.value, inner.line());
    references.once("queue of a switch", observed.name.empty() ? "" : observed.switch_id.value + " " + observed.name, inner.line());
  });
  table.integer("target", queue.target, 0, 100);
  table.duration("service_level", queue.service_level, 1s, 1h);
  table.duration("short_abandon", queue.short_abandon, 0s, 5min);
  table.texts("dispositions", queue.dispositions, [&](const std::string& code) {
    references.refer("disposition", code, table.line());
    return std::ranges::find(queue.dispositions, code) == queue.dispositions.end() ? "" : "names '" + code + "' twice";
  });
  for (const char* key : kOurs)
    if (const toml::node* node = table.find(key, false))
      table.wrong(*node, key, "means nothing here: the queue is observed, and its switch decides that");
  references.once("queue", queue.id.value, table.line());
  references.mark(kKind, queue.id.value);
  return true;
}

void print_observed(TomlPrinter& out, const journal::Queue& queue) {
  out.line("observed", "{ switch = " + quoted(queue.observed->switch_id.value) + ", name = " + quoted(queue.observed->name) + " }");
  out.number("target", queue.target);
  out.text("service_level", text_of(queue.service_level));
  out.text("short_abandon", text_of(queue.short_abandon));
  out.list("dispositions", queue.dispositions);
}

void refer_destination(References& references, const QueueId& queue, std::int64_t line) {
  references.refer("queue", queue.value, line);
  references.never(kKind, queue.value, line, "queue '" + queue.value + "' is observed: its switch alone decides who waits there");
}

std::string authority_fault(const journal::Centre& centre, const AgentId& id) {
  const auto agent = std::ranges::find(centre.agents, id, &journal::Agent::id);
  if (agent == centre.agents.end()) return {};
  const journal::Queue* theirs = nullptr;
  const journal::Queue* ours = nullptr;
  for (const journal::QueueMembership& one : agent->queues)
    if (const journal::Queue* queue = queue_of(centre, one.queue)) (queue->observed ? theirs : ours) = queue;
  if (!theirs) return {};
  if (ours)
    return "an agent's state has one authority: '" + id.value + "' is in '" + theirs->id.value + "', which its switch routes, and in '" +
           ours->id.value + "', which we route";
  for (const journal::QueueMembership& one : agent->queues)
    if (const journal::Queue* queue = queue_of(centre, one.queue); queue && queue->observed->switch_id != agent->switch_id)
      return "agent '" + id.value + "' hangs on switch '" + agent->switch_id.value + "', and queue '" + queue->id.value + "' is one of switch '" +
             queue->observed->switch_id.value + "'";
  return {};
}

}  // namespace callwright::contacts
