#include "cti/asterisk/ami/queues.hpp"

#include "cti/asterisk/names.hpp"
#include "cti/model/cause.hpp"

namespace callwright::cti::ami {

using State = model::QueueAgentSeen::State;

bool Queues::on(const Event& event, Events& events) {
  const std::string_view id = event[Key::uniqueid], queue = event[Key::queue];
  switch (event.name()) {
    case Name::queue_caller_join: join(id, queue, events); return !id.empty() && !queue.empty();
    case Name::queue_caller_abandon:
      if (const auto caller = callers_.find(id); caller != callers_.end()) caller->second.abandoned = true;
      return !id.empty();
    case Name::queue_caller_leave:
      if (const auto caller = callers_.find(id); caller != callers_.end()) leave(caller, events);
      return !id.empty();
    case Name::agent_called: {
      const std::string_view channel = event[Key::dest_uniqueid], interface = event[Key::interface];
      const auto caller = callers_.find(id);
      if (caller != callers_.end() && !channel.empty() && !interface.empty()) called(caller, channel, interface, events);
      return !id.empty() && !channel.empty() && !interface.empty();
    }
    case Name::agent_connect:
    case Name::agent_ring_no_answer: {
      const std::string_view channel = event[Key::dest_uniqueid];
      if (const auto caller = callers_.find(id); caller != callers_.end())
        end_offer(caller, channel, event.name() == Name::agent_connect ? Why::accepted : unanswered(channel), events);
      return !id.empty() && !channel.empty();
    }
    case Name::dial_end: dialled(event, events); return true;
    case Name::hangup: {
      // Both are told otherwise before, unless that was lost.
      if (const auto member = caller_of_.find(id); member != caller_of_.end()) {
        const std::string caller = member->second;
        end_offer(callers_.find(caller), id, unanswered(id), events);
      }
      if (const auto caller = callers_.find(id); caller != callers_.end()) {
        caller->second.abandoned = !caller->second.answered;
        leave(caller, events);
      }
      return true;
    }
    case Name::queue_member_added:
    case Name::queue_member_removed:
    case Name::queue_member_pause:
    case Name::queue_member_status: member(event, events); return !queue.empty() && !event[Key::interface].empty();
    default: return true;
  }
}

// --- callers ------------------------------------------------------------------------------------------------------------

void Queues::join(std::string_view id, std::string_view queue, Events& events) {
  if (!channels_.knows(id) || queue.empty()) return;
  if (const auto before = callers_.find(id); before != callers_.end()) {
    if (before->second.queue == queue) return;
    leave(before, events);
  }
  Caller& caller = callers_[std::string(id)];
  caller.leg = channels_.behind(id);
  caller.queue = text(queue);
  events.push_back(model::QueueJoined{caller.leg, caller.queue});
}

void Queues::leave(Callers::iterator caller, Events& events) {
  auto& [id, left] = *caller;
  // Asterisk ends every ring of who gives up or is moved before he leaves. What still rings has been picked up by somebody else.
  if (!left.abandoned && !left.offers.empty()) left.answered = true;
  const Why why = left.answered ? Why::elsewhere : Why::withdrawn;
  for (auto& [channel, device] : left.offers) {
    events.push_back(model::QueueOfferEnded{left.leg, left.queue, device, why});
    caller_of_.erase(channel);
  }
  using Left = model::QueueLeft::Why;
  events.push_back(model::QueueLeft{left.leg, left.queue, left.abandoned ? Left::abandoned : left.answered ? Left::answered : Left::left});
  callers_.erase(caller);
}

// --- offers -------------------------------------------------------------------------------------------------------------

void Queues::called(Callers::iterator caller, std::string_view channel, std::string_view interface, Events& events) {
  const auto [offer, fresh] = caller->second.offers.try_emplace(std::string(channel), device_of(interface, {}));
  if (!fresh) return;
  caller_of_[offer->first] = caller->first;
  events.push_back(model::QueueOffered{caller->second.leg, caller->second.queue, offer->second});
}

void Queues::dialled(const Event& event, Events& events) {
  const std::string_view channel = event[Key::dest_uniqueid], status = event[Key::dial_status];
  const auto member = caller_of_.find(channel);
  if (member == caller_of_.end()) return;
  const auto caller = callers_.find(member->second);
  Why why = Why::refused;
  if (status == "ANSWER") why = Why::accepted;
  else if (status == "NOANSWER") why = unanswered(channel);
  else if (status == "CANCEL") why = caller->second.answered ? Why::elsewhere : Why::withdrawn;
  end_offer(caller, channel, why, events);
}

/// `channel`: an offer's, or any other.
void Queues::end_offer(Callers::iterator caller, std::string_view channel, Why why, Events& events) {
  auto& waiting = caller->second;
  const auto offer = waiting.offers.find(channel);
  if (offer == waiting.offers.end()) return;
  if (why == Why::accepted) waiting.answered = true;
  events.push_back(model::QueueOfferEnded{waiting.leg, waiting.queue, offer->second, why});
  caller_of_.erase(offer->first);
  waiting.offers.erase(offer);
}

Queues::Why Queues::unanswered(std::string_view channel) const {
  switch (model::cause_of_q850(channels_.announced(channel), model::LegPast::ringing)) {
    case journal::Cause::unknown:
    case journal::Cause::no_answer:
    case journal::Cause::caller_cancel: return Why::no_answer;
    default: return Why::refused;
  }
}

// --- agents -------------------------------------------------------------------------------------------------------------

/// Members may be called through the dialplan (`Local/1001@agents`) while another device tells their state.
std::string Queues::device_of(std::string_view interface, std::string_view state_interface) {
  const auto known = devices_.find(interface);
  if (state_interface.empty()) return known == devices_.end() ? text(interface) : known->second;
  const bool by_state = !channels_.is_agents(interface) && (channels_.is_agents(state_interface) ||
                                                            (interface.starts_with("Local/") && state_interface.find(':') == state_interface.npos));
  return devices_[std::string(interface)] = text(by_state ? state_interface : interface);
}

void Queues::member(const Event& event, Events& events) {
  const std::string_view interface = event[Key::interface];
  if (interface.empty() || event[Key::queue].empty()) return;
  const std::string device = device_of(interface, event[Key::state_interface]), queue = text(event[Key::queue]);
  Agent now;
  if (event.name() != Name::queue_member_removed) {
    now.state = event[Key::paused] == "1" ? State::paused : State::ready;
    if (now.state == State::paused) now.reason = text(event[Key::paused_reason]);
  }
  const auto known = agents_.find({device, queue});
  if (known == agents_.end() ? now.state == State::signed_out : known->second == now) return;
  if (now.state == State::signed_out) agents_.erase(known);
  else agents_[{device, queue}] = now;
  events.push_back(model::QueueAgentSeen{device, queue, now.state, now.reason});
}

// --- snapshot -----------------------------------------------------------------------------------------------------------

void Queues::begin(const Listed& listed, model::Snapshot& snapshot, Events& events) {
  callers_.clear();
  caller_of_.clear();
  devices_.clear();
  agents_.clear();
  for (const Listed::Member& each : listed.members) {
    if (each.queue.empty() || each.interface.empty()) continue;
    const std::string device = device_of(each.interface, each.state_interface);
    const Agent agent{each.paused ? State::paused : State::ready, each.paused ? each.reason : std::string()};
    if (!agents_.emplace(std::pair{device, each.queue}, agent).second) continue;
    snapshot.agents.push_back({device, each.queue, agent.state, agent.reason});
  }
  std::map<std::string_view, model::SnapshotLeg*> legs;
  for (model::SnapshotLeg& leg : snapshot.legs) legs[leg.leg.native_id] = &leg;
  for (const Listed::Entry& each : listed.entries) {
    if (!channels_.knows(each.uniqueid)) continue;
    Caller& caller = callers_[each.uniqueid];
    caller.leg = channels_.behind(each.uniqueid);
    caller.queue = each.queue;
    if (const auto leg = legs.find(caller.leg); leg != legs.end()) leg->second->queue = each.queue;
  }
  for (const Listed::Channel& each : listed.channels) {
    if (each.application != "AppQueue" || each.state == 6) continue;
    const auto caller = callers_.find(each.linkedid);
    if (caller == callers_.end() || each.uniqueid.empty()) continue;
    const std::string device = asterisk::device_of_channel(each.name), through = device + "/n";
    called(caller, each.uniqueid, devices_.contains(through) ? through : device, events);
  }
}

}  // namespace callwright::cti::ami
