#pragma once
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "cti/model/switch_event.hpp"
#include "tests/unit/cti_model/switchboard.hpp"

namespace callwright::cti::ami::test {

struct Talk {
  std::string agent;
  Duration talked{}, held{};
  std::optional<Instant> since, held_since;
};
struct Account {
  std::string from, to;
  Instant opened, answered_at;
  std::string answered_by, ended_by, ended_how;
  std::map<std::int64_t, Talk> talks;  ///< of agents' legs, by leg
  std::vector<std::string> transfers;
  int hidden = 0, others = 0;
};

inline std::string seconds(Duration duration) {
  std::ostringstream out;
  out.precision(1);
  out << std::fixed << static_cast<double>(duration.count()) / 1e6 << " s";
  return out.str();
}

/// Each contact in a line.
class Book {
 public:
  explicit Book(const std::vector<model::SwitchEvent>& told) {
    board_.model.know_devices({{"PJSIP/agent1", AgentId{"alice"}}, {"PJSIP/agent2", AgentId{"bob"}}, {"PJSIP/agent3", AgentId{"carol"}}},
                              model::kSwitch);
    for (const model::SwitchEvent& event : told) {
      if (event.switch_at.us != 0) board_.now = event.switch_at;
      const std::size_t before = board_.facts.size();
      board_.on(event.body);
      for (std::size_t i = before; i < board_.facts.size(); ++i) take(board_.facts[i]);
    }
  }

  std::vector<std::string> lines() const {
    std::vector<std::string> all;
    for (const auto& [id, one] : accounts_) {
      if (one.ended_how.empty()) continue;  // the link's own facts
      std::string line = one.from + " to " + one.to + ": ";
      line += one.answered_by.empty() ? "not answered" : "answered by " + one.answered_by + " after " + seconds(one.answered_at - one.opened);
      for (const auto& [leg, talk] : one.talks) {
        line += ", " + talk.agent + (one.ended_how.starts_with("lost") ? " until then" : " " + seconds(talk.talked));
        if (talk.held.count() > 0) line += " held " + seconds(talk.held);
      }
      for (const std::string& transfer : one.transfers) line += ", " + transfer;
      if (one.hidden > 0) line += ", " + std::to_string(one.hidden) + " hidden";
      if (one.others > 0) line += ", " + std::to_string(one.others) + " others";
      const bool by_agent = one.ended_by.empty() && agents_word_.contains(id);
      all.push_back(line + ", " + one.ended_how + (by_agent ? " by " + agents_word_.at(id) : one.ended_by.empty() ? "" : " by " + one.ended_by));
    }
    return all;
  }
  std::size_t live_legs() const {
    std::size_t legs = 0;
    for (const auto& [id, contact] : board_.model.contacts()) legs += contact.live_legs.size();
    return legs;
  }
  const model::Switchboard& board() const { return board_; }

 private:
  void take(const journal::Fact& fact) {
    Account& one = accounts_[fact.contact];
    if (const auto* opened = std::get_if<journal::ContactOpened>(&fact.body)) {
      one.from = opened->ani;
      one.to = opened->dnis;
      one.opened = fact.at;
    } else if (const auto* answered = std::get_if<journal::ContactAnswered>(&fact.body)) {
      one.answered_by = answered->agent.value;
      one.answered_at = fact.at;
    } else if (const auto* started = std::get_if<journal::LegStarted>(&fact.body)) {
      if (started->role == journal::LegRole::agent) one.talks[started->leg.value].agent = started->agent.value;
      if (started->role == journal::LegRole::customer) customer_[started->leg.value] = fact.contact;
      if (started->role == journal::LegRole::hidden) ++one.hidden;
      if (started->role == journal::LegRole::other) ++one.others;
    } else if (const auto* joined = std::get_if<journal::LegJoined>(&fact.body)) {
      if (const auto talk = one.talks.find(joined->leg.value); talk != one.talks.end() && !talk->second.since) talk->second.since = fact.at;
    } else if (const auto* left = std::get_if<journal::LegLeft>(&fact.body)) {
      if (const auto talk = one.talks.find(left->leg.value); talk != one.talks.end()) stop(talk->second, fact.at);
    } else if (const auto* changed = std::get_if<journal::LegStateChanged>(&fact.body)) {
      const auto talk = one.talks.find(changed->leg.value);
      if (talk == one.talks.end()) return;
      if (changed->state == journal::LegState::held) talk->second.held_since = fact.at;
      else if (talk->second.held_since) talk->second.held += fact.at - *std::exchange(talk->second.held_since, {});
    } else if (std::holds_alternative<journal::TransferCompleted>(fact.body)) {
      const auto& transfer = std::get<journal::TransferCompleted>(fact.body);
      one.transfers.push_back((transfer.how == journal::TransferKind::attended ? "attended to " : "blind to ") + transfer.to);
    } else if (const auto* ended = std::get_if<journal::LegEnded>(&fact.body)) {
      if (const auto talk = one.talks.find(ended->leg.value); talk != one.talks.end()) {
        stop(talk->second, fact.at);
        if (ended->by == journal::EndedBy::agent) agents_word_[fact.contact] = talk->second.agent;
      }
      if (!customer_.contains(ended->leg.value)) return;
      one.ended_how = ended->cause == journal::Cause::normal          ? "ended"
                      : ended->cause == journal::Cause::caller_cancel ? "given up"
                      : ended->cause == journal::Cause::switch_lost   ? "lost with the switch"
                      : ended->cause == journal::Cause::lost          ? "lost"
                                                                      : "failed (" + std::to_string(ended->raw_code) + ")";
      if (ended->by == journal::EndedBy::customer) one.ended_by = "the customer";
    }
  }
  static void stop(Talk& talk, Instant at) {
    if (talk.since) talk.talked += at - *std::exchange(talk.since, {});
  }

  model::Switchboard board_;
  std::map<ContactId, Account> accounts_;
  std::map<std::int64_t, ContactId> customer_;
  std::map<ContactId, std::string> agents_word_;  ///< who of the agents hung up last
};

}  // namespace callwright::cti::ami::test
