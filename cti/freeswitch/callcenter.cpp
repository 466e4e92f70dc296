#include "cti/freeswitch/callcenter.hpp"

#include <utility>

#include "base/utf8.hpp"

namespace callwright::cti::freeswitch {
namespace {

using Ended = model::QueueOfferEnded::Why;

constexpr std::size_t kWordLimit = 256;

std::string word_of(std::string_view text) { return to_utf8(text, kWordLimit); }

Ended offer_end_of(std::string_view cause) {
  if (cause == "NO_ANSWER" || cause == "NO_USER_RESPONSE" || cause == "PROGRESS_TIMEOUT" || cause == "ALLOTTED_TIMEOUT") return Ended::no_answer;
  if (cause == "LOSE_RACE" || cause == "PICKED_OFF") return Ended::elsewhere;
  if (cause == "ORIGINATOR_CANCEL") return Ended::withdrawn;
  return Ended::refused;  // busy, rejected, not registered, ...
}

}  // namespace

std::string Callcenter::device_of(std::string_view agent, const Devices& devices) const {
  const auto known = agents_.find(agent);
  if (known == agents_.end() || known->second.dial.empty()) return word_of(agent);
  return word_of(devices.of_dial_string(known->second.dial));
}

/// `Available`, `Available (On Demand)`, `On Break`, `Logged Out`.
model::QueueAgentSeen Callcenter::seen(std::string_view agent, std::string_view status, const Devices& devices) const {
  using State = model::QueueAgentSeen::State;
  model::QueueAgentSeen seen{device_of(agent, devices), {}, State::paused, {}};
  if (status.starts_with("Available")) seen.state = State::ready;
  else if (status == "Logged Out") seen.state = State::signed_out;
  else seen.reason = word_of(status);
  return seen;
}

void Callcenter::on_agent(const Event& event, const Devices& devices, std::vector<model::SwitchEventBody>& events) {
  const std::string_view action = event[Field::CcAction];
  const std::string name(event[Field::CcAgent]);
  if (name.empty() || (agents_.size() >= kAgents && !agents_.contains(name))) return;
  if (action == "agent-add") {
    agents_[name];
  } else if (action == "agent-contact-change") {
    agents_[name].dial = event[Field::CcAgentContact];
  } else if (action == "agent-status-change") {
    agents_[name].status = event[Field::CcAgentStatus];
    events.push_back(seen(name, event[Field::CcAgentStatus], devices));
  }
}

void Callcenter::on(const Event& event, const Devices& devices, std::vector<model::SwitchEventBody>& events) {
  const std::string_view action = event[Field::CcAction];
  if (action.starts_with("agent-") && action != "agent-offering") return on_agent(event, devices, events);
  const std::string session(event[Field::CcSession]);
  if (session.empty()) return;
  const auto member = members_.find(session);
  const std::string queue = word_of(event[Field::CcQueue]);
  const std::string agent = word_of(event[Field::CcAgent]);
  const auto offer_over = [&](const std::string& name, Ended why) {
    events.push_back(model::QueueOfferEnded{session, queue, device_of(name, devices), why});
  };

  if (action == "member-queue-start" || action == "member-queue-resume") {
    if (member != members_.end() || members_.size() >= kMembers) return;
    members_[session].queue = queue;
    events.push_back(model::QueueJoined{session, queue});
  } else if (member == members_.end()) {
    return;  // answered, or gone
  } else if (action == "agent-offering") {
    if (member->second.offered.insert(agent).second) events.push_back(model::QueueOffered{session, queue, device_of(agent, devices)});
  } else if (action == "bridge-agent-fail") {
    if (member->second.offered.erase(agent) > 0) offer_over(agent, offer_end_of(event[Field::CcHangupCause]));
  } else if (action == "bridge-agent-start") {
    const auto offered = std::exchange(member->second.offered, {});
    members_.erase(member);
    if (offered.contains(agent)) offer_over(agent, Ended::accepted);
    for (const std::string& other : offered)
      if (other != agent) offer_over(other, Ended::elsewhere);
    events.push_back(model::QueueLeft{session, queue, model::QueueLeft::Why::answered});
  } else if (action == "member-queue-end") {
    const bool hung_up = event[Field::CcCause] == "Cancel" && event[Field::CcCancelReason] == "BREAK_OUT";
    leave(session, hung_up ? model::QueueLeft::Why::abandoned : model::QueueLeft::Why::left, devices, events);
  }
}

void Callcenter::hung_up(const std::string& session, const Devices& devices, std::vector<model::SwitchEventBody>& events) {
  if (members_.contains(session)) leave(session, model::QueueLeft::Why::abandoned, devices, events);
}

void Callcenter::leave(const std::string& session, model::QueueLeft::Why why, const Devices& devices, std::vector<model::SwitchEventBody>& events) {
  const Member member = std::move(members_.at(session));
  members_.erase(session);
  for (const std::string& name : member.offered)
    events.push_back(model::QueueOfferEnded{session, member.queue, device_of(name, devices), Ended::withdrawn});
  events.push_back(model::QueueLeft{session, member.queue, why});
}

void Callcenter::begin(const Table& agents) {
  agents_.clear();
  members_.clear();
  for (std::size_t row = 0; row < agents.size() && agents_.size() < kAgents; ++row)
    if (!agents.at(row, "name").empty())
      agents_[std::string(agents.at(row, "name"))] = {std::string(agents.at(row, "contact")), std::string(agents.at(row, "status"))};
}

void Callcenter::add_members(const Table& members) {
  for (std::size_t row = 0; row < members.size() && members_.size() < kMembers; ++row) {
    const std::string_view state = members.at(row, "state"), session = members.at(row, "session_uuid");
    if (session.empty() || (state != "Waiting" && state != "Trying")) continue;  // answered, abandoned
    Member& member = members_[std::string(session)];
    member.queue = word_of(members.at(row, "queue"));
    if (state == "Trying" && agents_.contains(members.at(row, "serving_agent"))) member.offered.insert(word_of(members.at(row, "serving_agent")));
  }
}

std::string Callcenter::queue_of(const std::string& session) const {
  const auto member = members_.find(session);
  return member == members_.end() ? std::string() : member->second.queue;
}

std::vector<model::SwitchEventBody> Callcenter::offers(const Devices& devices) const {
  std::vector<model::SwitchEventBody> all;
  for (const auto& [session, member] : members_)
    for (const std::string& name : member.offered) all.push_back(model::QueueOffered{session, member.queue, device_of(name, devices)});
  return all;
}

std::vector<model::QueueAgentSeen> Callcenter::agents(const Devices& devices) const {
  std::vector<model::QueueAgentSeen> all;
  for (const auto& [name, agent] : agents_)
    if (!agent.dial.empty()) all.push_back(seen(name, agent.status, devices));
  return all;
}

}  // namespace callwright::cti::freeswitch
