#pragma once
#include <string>
#include <vector>

#include "journal/fact.hpp"

namespace callwright::contacts {

/// Makes facts as the core would: gap-free sequence, unique sources, time that goes on.
class FactMaker {
 public:
  explicit FactMaker(Instant start = Instant{1'795'000'000'000'000}) : now_(start) {}

  journal::Fact make(ContactId contact, journal::Body body, Duration later = std::chrono::seconds(1)) {
    now_ = now_ + later;
    const std::int64_t seq = ++seq_;
    return {seq, now_, contact, {"feed:main/7", std::to_string(seq)}, 0, std::move(body)};
  }

  /// A whole contact: rings, is matched, waits, is offered, answered, talked, wrapped up, ended.
  std::vector<journal::Fact> life(ContactId contact, CustomerId customer = {}, const std::string& ani = "+441632960123") {
    using namespace journal;
    using namespace std::chrono_literals;
    const QueueId queue{"repairs"};
    const AgentId agent{"a1001"};
    const OfferId offer{contact.value + 500};
    std::vector<Fact> facts;
    const auto add = [&](Body body, Duration later = 1s) { facts.push_back(make(contact, std::move(body), later)); };
    add(ContactOpened{.channel = Channel::voice, .direction = Direction::inbound, .by = OpenedBy::arrival, .switch_id = SwitchId{"main"}, .trunk = "t1", .dnis = "4400", .ani = ani, .caller_name = "Ada <b>"});
    add(LegStarted{.leg = LegId{contact.value + 1}, .call = CallId{contact.value + 2}, .switch_id = SwitchId{"main"}, .boot_epoch = 7, .native_id = "1795.12", .device = "t1", .role = LegRole::customer, .agent = {}, .offer = {}, .state = LegState::connected});
    add(CustomerMatched{.match = customer ? Match::known : Match::none, .customer = customer, .candidates = {}, .by = {}, .e164 = ani});
    add(VisitStarted{.visit = 1, .queue = queue, .switch_id = SwitchId{"main"}, .entered_at = now_ + 1s, .priority = 10, .requirements = {{SkillId{"heating"}, Requirement::Kind::required, 40, 3}}, .short_abandon = 5s, .service_level = 20s});
    add(OfferMade{.offer = offer, .visit = 1, .queue = queue, .agent = agent, .switch_id = SwitchId{"main"}, .device = "PJSIP/a1001", .expires_at = now_ + 21s, .wrap_up = 30s, .decision = ++decisions_,
                  .gates = {{Gate::member, 8}, {Gate::ready, 3}}, .best = {{agent, 240, {{TermKind::skill, SkillId{"heating"}, 240}}}}}, 3s);
    add(SegmentStarted{1, agent, SegmentKind::ring}, 0s);
    add(OfferEnded{offer, agent, OfferEnd::accepted, {}}, 4s);
    add(SegmentEnded{1}, 0s);
    add(VisitEnded{1, queue, VisitEnd::answered, 7s}, 0s);
    add(ContactAnswered{agent, LegId{contact.value + 3}}, 0s);
    add(SegmentStarted{2, agent, SegmentKind::talk}, 0s);
    add(NoteWritten{agent, "n1", "Boiler leaks, " + ani}, 30s);
    add(SegmentEnded{2}, 60s);
    add(SegmentStarted{3, agent, SegmentKind::wrap_up}, 0s);
    add(DispositionSet{agent, "solved", true}, 10s);
    add(SegmentEnded{3}, 5s);
    add(ContactEnded{ContactOutcome::answered, Cause::normal, queue}, 0s);
    return facts;
  }

  /// A whole written contact: no switch, no call, no leg.
  std::vector<journal::Fact> written(ContactId contact, CustomerId customer = {}, const std::string& identity = "ada@example.com",
                                     journal::Channel channel = journal::Channel::chat) {
    using namespace journal;
    using namespace std::chrono_literals;
    const QueueId queue{"repairs"};
    const AgentId agent{"a1001"};
    const OfferId offer{contact.value + 500};
    std::vector<Fact> facts;
    const auto add = [&](Body body, Duration later = 1s) { facts.push_back(make(contact, std::move(body), later)); };
    const auto work = [&](WorkState state, Instant until = {}) { add(WorkChanged{agent, channel, state, until}, 0s); };
    add(ContactOpened{.channel = channel,
                      .direction = Direction::inbound,
                      .by = OpenedBy::api,
                      .ani = identity,
                      .caller_name = "Ada <b>",
                      .queue = queue,
                      .url = "https://chat.example.com/room-4471"});
    add(DataAttached{"topic", "boiler"}, 0s);
    add(CustomerMatched{.match = customer ? Match::known : Match::none, .customer = customer});
    add(VisitStarted{.visit = 1, .queue = queue, .channel = channel, .entered_at = now_ + 1s, .short_abandon = 5s, .service_level = 20s});
    add(OfferMade{.offer = offer,
                  .visit = 1,
                  .queue = queue,
                  .agent = agent,
                  .channel = channel,
                  .expires_at = now_ + 21s,
                  .wrap_up = 30s,
                  .decision = ++decisions_,
                  .gates = {{Gate::member, 8}, {Gate::capacity, 3}},
                  .best = {{agent, -100'000, {{TermKind::load, {}, -100'000}}}}},
        3s);
    work(WorkState::reserved, now_ + 20s);
    add(SegmentStarted{1, agent, SegmentKind::ring}, 0s);
    add(OfferEnded{offer, agent, OfferEnd::accepted, {}}, 4s);
    add(SegmentEnded{1}, 0s);
    add(VisitEnded{1, queue, VisitEnd::answered, 7s}, 0s);
    add(ContactAnswered{.agent = agent}, 0s);
    work(WorkState::working);
    add(SegmentStarted{2, agent, SegmentKind::talk}, 0s);
    add(SegmentEnded{2}, 300s);
    work(WorkState::wrap_up, now_ + 30s);
    add(SegmentStarted{3, agent, SegmentKind::wrap_up}, 0s);
    add(DispositionSet{agent, "solved", true}, 10s);
    add(SegmentEnded{3}, 5s);
    work(WorkState::done);
    add(ContactEnded{ContactOutcome::answered, Cause::normal, queue}, 0s);
    return facts;
  }

  Instant now() const { return now_; }
  std::int64_t seq() const { return seq_; }
  void rewind(std::int64_t seq) { seq_ = seq; }

 private:
  Instant now_;
  std::int64_t seq_ = 0;
  std::int64_t decisions_ = 0;
};

inline std::vector<journal::Fact>& operator+=(std::vector<journal::Fact>& all, std::vector<journal::Fact> more) {
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

}  // namespace callwright::contacts
