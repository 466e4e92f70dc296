#pragma once
#include <map>
#include <optional>
#include <utility>

#include "journal/fact.hpp"

namespace callwright::routing_oracle {

/// How long contacts of each queue take an agent, from when he takes one until he is done with it, wrap-up included: running means that move by a
/// 32nd of each difference.
class HandlingTimes {
 public:
  void apply(const journal::Fact& fact) {
    if (const auto* carried = std::get_if<journal::Carried>(&fact.body)) {
      carried_until_ = carried->last_seq;
      for (const auto& mark : carried->queue_marks) means_[mark.queue] = mark.handling;
    }
    if (const auto* made = std::get_if<journal::OfferMade>(&fact.body)) offers_[made->offer] = {made->queue, made->channel};
    if (const auto* ended = std::get_if<journal::OfferEnded>(&fact.body)) {
      const auto offer = offers_.find(ended->offer);
      if (offer == offers_.end()) return;
      if (ended->how == journal::OfferEnd::accepted) {
        const Taken taken{fact.contact, offer->second.queue, fact.at};
        if (journal::is_written(offer->second.channel)) written_[{ended->agent, fact.contact}] = taken;
        else calls_[ended->agent] = taken;
      }
      offers_.erase(offer);
    }
    if (const auto* state = std::get_if<journal::AgentStateChanged>(&fact.body)) {
      using enum journal::AgentState;
      const auto call = calls_.find(state->agent);
      const bool at_work = state->state == talking || state->state == held || state->state == wrap_up;
      if (call == calls_.end() || (at_work && fact.contact == call->second.contact)) return;
      count(fact, call->second);
      calls_.erase(call);
    }
    if (const auto* work = std::get_if<journal::WorkChanged>(&fact.body); work && work->state == journal::WorkState::done) {
      const auto written = written_.find({work->agent, fact.contact});
      if (written == written_.end()) return;
      count(fact, written->second);
      written_.erase(written);
    }
  }

  /// A queue without figures of its own takes the mean of those that have some. None: nobody has.
  std::optional<Duration> mean(const QueueId& queue) const {
    Duration sum{};
    std::int64_t known = 0;
    for (const auto& [id, its] : means_) {
      if (its == Duration::zero()) continue;
      if (id == queue) return its;
      sum += its;
      ++known;
    }
    return known ? std::optional(sum / known) : std::nullopt;
  }

 private:
  struct Offered {
    QueueId queue;
    journal::Channel channel{};
  };
  struct Taken {
    ContactId contact;
    QueueId queue;
    Instant at;
  };

  void count(const journal::Fact& fact, const Taken& taken) {
    if (fact.seq <= carried_until_) return;
    Duration& mean = means_[taken.queue];
    const Duration took = fact.at - taken.at;
    mean = mean == Duration::zero() ? took : mean + (took - mean) / 32;
  }

  std::int64_t carried_until_ = 0;
  std::map<OfferId, Offered> offers_;  ///< live ones
  std::map<AgentId, Taken> calls_;
  std::map<std::pair<AgentId, ContactId>, Taken> written_;
  std::map<QueueId, Duration> means_;
};

}  // namespace callwright::routing_oracle
