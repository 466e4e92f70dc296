#pragma once
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/digest.hpp"
#include "oracle.hpp"
#include "oracle_entry.hpp"
#include "oracle_flows.hpp"
#include "random_centre.hpp"
#include "reached.hpp"
#include "routing/engine.hpp"

namespace callwright::routing {

/// Tells the oracle each fact that the engine emits. Where the engine decides, it asks the oracle first what the next fact must be: call `decides`,
/// let the engine decide, and then call the one of `offers`, `entered` and `flowed` that fits.
class Witness {
 public:
  /// `facts` are all of the engine's, also those to come.
  Witness(const std::vector<journal::Fact>& facts, Reached& reached) : facts_(facts), reached_(reached) {}

  routing_oracle::Oracle oracle;

  void emitted() {
    if (deciding_) return;
    if (const auto* made = std::get_if<journal::OfferMade>(&facts_[told_].body)) {
      EXPECT_EQ(made->decision, oracle.decisions() + 1);
    }
    tell();
  }
  void decides() { deciding_ = true; }
  std::uint64_t decisions_hash() const { return decisions_hash_.value(); }

  // --- what the engine has decided ------------------------------------------------------------------------------------------

  /// A match. The number of offers.
  std::int64_t offers(Instant now, bool paused) {
    std::int64_t offers = 0;
    for (; told_ < facts_.size(); tell()) {
      const auto* made = std::get_if<journal::OfferMade>(&facts_[told_].body);
      if (!made) continue;
      const auto choice = paused ? std::nullopt : oracle.next(now);
      if (!choice) ADD_FAILURE() << "an offer that the oracle does not make, to " << made->agent.value;
      else compare(facts_[told_].contact, *made, *choice);
      ++offers;
    }
    deciding_ = false;
    if (paused) return offers;
    if (const auto choice = oracle.next(now)) ADD_FAILURE() << "an offer that only the oracle makes, to " << choice->agent.value;
    return offers;
  }

  /// Where a contact has come from outside, or by a supervisor.
  struct Way {
    QueueId queue;
    SwitchId on;
    journal::Channel channel = journal::Channel::voice;
    Instant place;
  };
  /// The contact came to this queue, unless it `was_refused`. What was before is not asked about.
  void entered(ContactId id, const Way& way, const About& about, Instant now, bool was_refused = false) {
    while (told_ < facts_.size() && !std::get_if<journal::VisitStarted>(&facts_[told_].body)) tell();
    if (!was_refused && begin_visit(id, way, about, now)) {
      count_hours(way.queue, now);
      if (!about.back) follow(id, true, about, now);
    }
    done();
  }
  /// Its queue was asked whether it sends it on.
  void flowed(ContactId id, const About& about, Instant now) {
    follow(id, false, about, now);
    done();
  }
  /// Nobody whom his queue would send on is left.
  void settled(Instant now, const auto& hears) {
    EXPECT_THAT(routing_oracle::Flows::due(oracle, now, hears), testing::IsEmpty());
    for (const auto& [id, one] : oracle.waiting())
      if (routing_oracle::Flows::outlives_hours(oracle, one, now)) reached_.outlived_hours += outlived_.insert({id, one.visit.visit}).second;
    for (const ContactId id : heard_)
      if (const auto* one = oracle.waiting(id); one && one->stands()) ++reached_.kept_after_message;
    heard_.clear();
  }

 private:
  /// Told of all that the engine decided.
  void done() {
    if (told_ < facts_.size()) ADD_FAILURE() << "a fact of kind " << kind_at(told_) << " that the oracle does not conclude";
    while (told_ < facts_.size()) tell();
    deciding_ = false;
  }
  void tell() {
    const journal::Fact& fact = facts_[told_++];
    if (std::get_if<journal::VisitHeard>(&fact.body)) {
      const auto* one = oracle.waiting(fact.contact);
      EXPECT_TRUE(one && one->hears) << "contact " << fact.contact.value << " has heard what was not played";
      heard_.insert(fact.contact);
    }
    oracle.apply(fact);
  }
  int kind_at(std::size_t index) const { return static_cast<int>(journal::kind_of(facts_[index].body)); }

  /// This is the next fact. False: it is not, and nothing is told.
  bool expect(ContactId id, const journal::Body& body) {
    const int kind = static_cast<int>(journal::kind_of(body));
    if (told_ >= facts_.size()) {
      ADD_FAILURE() << "a fact of kind " << kind << " that only the oracle concludes, of contact " << id.value;
      return false;
    }
    if (kind == kind_at(told_) && facts_[told_].contact == id && facts_[told_].body == body) {
      tell();
      return true;
    }
    ADD_FAILURE() << "the fact of kind " << kind_at(told_) << " of contact " << facts_[told_].contact.value << " is not the one of kind " << kind
                  << " of contact " << id.value << " that the oracle concludes";
    EXPECT_EQ(testing::PrintToString(facts_[told_].body), testing::PrintToString(body));
    return false;
  }

  /// The visit that begins is what the queue's configuration says of such a contact.
  bool begin_visit(ContactId id, const Way& way, const About& about, Instant now) {
    const auto holds = [&](const std::string& when) { return when == kGold && about.attributes == kOfGold; };
    auto expected = routing_oracle::visit_of(oracle.queue(way.queue), {holds, about.last_agent, about.named_agent, way.place, now});
    expected.visit = oracle.visits(id) + 1;
    expected.channel = way.channel;
    if (way.channel == journal::Channel::voice) expected.switch_id = way.on;
    if (told_ < facts_.size())
      if (const auto* visit = std::get_if<journal::VisitStarted>(&facts_[told_].body)) {
        EXPECT_EQ(visit->queue, expected.queue);
        EXPECT_EQ(visit->entered_at, expected.entered_at);
        EXPECT_EQ(visit->requirements, expected.requirements);
        EXPECT_EQ(visit->steps, expected.steps);
        EXPECT_EQ(visit->favours, expected.favours);
      }
    return expect(id, std::move(expected));
  }

  /// From queue to queue until one keeps it.
  void follow(ContactId id, bool entering, const About& about, Instant now) {
    for (;; entering = true) {
      const auto answer = routing_oracle::Flows::ask(oracle, id, entering, about.hears, now);
      reached_.never_back += answer.never_back;
      if (!answer.flow) break;
      const routing_oracle::Flow& flow = *answer.flow;
      const journal::VisitStarted left = oracle.waiting(id)->visit;
      for (const journal::Body& body : routing_oracle::Flows::facts(*oracle.waiting(id), flow, now))
        if (!expect(id, body)) return;
      using enum SentOn;
      ++reached_.flows[{flow.by, flow.message       ? to_message
                                 : flow.hang_up     ? hung_up
                                 : !flow.to         ? released
                                 : flow.keeps_place ? with_place
                                                    : without_place}];
      if (!flow.to) return;
      if (!begin_visit(id, {flow.to, left.switch_id, left.channel, flow.keeps_place ? left.entered_at : now}, about, now)) return;
    }
    if (!entering || !oracle.queue(oracle.waiting(id)->visit.queue).estimates) return;
    const auto estimated = routing_oracle::Flows::estimated(oracle, id, now);
    if (!estimated) ++reached_.estimates_unknown;
    else if (expect(id, *estimated) && estimated->estimate > now - oracle.waiting(id)->visit.entered_at) ++reached_.estimates_written;
  }

  void compare(ContactId contact, const journal::OfferMade& made, const routing_oracle::Choice& choice) {
    const bool written = journal::is_written(made.channel);
    EXPECT_EQ(made.decision, choice.decision);
    EXPECT_EQ(contact, choice.contact);
    EXPECT_EQ(made.agent, choice.agent);
    EXPECT_EQ(made.channel, oracle.waiting(contact)->visit.channel);
    EXPECT_TRUE(!written || (made.switch_id.value.empty() && made.device.empty()));
    EXPECT_EQ(made.agent_share, choice.agent_share);
    EXPECT_EQ(made.claim, choice.claim);
    EXPECT_EQ(made.group, !choice.groups ? OfferId{} : choice.joins ? oracle.group_of(contact) : made.offer);
    EXPECT_EQ(made.best.front().agent, choice.agent);
    EXPECT_EQ(made.best.front().score, choice.score);
    EXPECT_EQ(made.gates, choice.gates);
    EXPECT_EQ(made.best, choice.best);
    decisions_hash_.add(contact.value).add(made.agent.value).add(made.best.front().score).add(made.offer.value);
    count_reasons(contact, made, choice);
  }

  void count_reasons(ContactId contact, const journal::OfferMade& made, const routing_oracle::Choice& choice) {
    ++reached_.decisions;
    reached_.joined += choice.joins;
    if (made.group) reached_.largest_group = std::max(reached_.largest_group, oracle.waiting(contact)->offers.size() + 1);
    for (const auto& term : made.best.front().terms)
      if (term.points) ++reached_.terms[term.kind];
    if (made.gates[7].left < made.gates[6].left) ++reached_.held;
    if (made.gates[3].left < made.gates[2].left) ++reached_.kept_out_by_capacity;
    const bool written = journal::is_written(made.channel);
    const std::size_t has = oracle.works_of(made.agent);
    reached_.written += written;
    reached_.written_beside_others += written && has > 0;
    reached_.calls_beside_written += !written && has > 0;
  }

  void count_hours(const QueueId& queue, Instant now) {
    const journal::Hours* hours = oracle.hours(oracle.queue(queue).hours);
    if (hours && routing_oracle::exception_on(*hours, routing_oracle::wall_at(*hours, oracle.time_zone(), now).date)) ++reached_.on_holidays;
  }

  const std::vector<journal::Fact>& facts_;
  Reached& reached_;
  std::size_t told_ = 0;  ///< of the facts
  bool deciding_ = false;
  std::set<ContactId> heard_;                              ///< whose message is over since all was settled last
  std::set<std::pair<ContactId, std::int32_t>> outlived_;  ///< visits that were kept because the queue opened, and it has closed again
  Digest decisions_hash_;
};

}  // namespace callwright::routing
