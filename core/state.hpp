#pragma once
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/id_mint.hpp"
#include "core/callbacks.hpp"
#include "core/contact_ledger.hpp"
#include "core/core.hpp"
#include "core/queue_agents.hpp"
#include "cti/model/model.hpp"
#include "metrics/queue_fold.hpp"
#include "routing/engine.hpp"

namespace callwright::core {

/// How long a look-up may take before the contact goes on as unknown.
constexpr Duration kLookUpLimit = std::chrono::milliseconds(50);
/// How long agents keep their state when the server begins again, or when their last page is gone.
constexpr Duration kAbsenceLimit = std::chrono::seconds(60);
/// How long an offer outlives its time because nobody can hear its switch: one dead link holds nobody.
constexpr Duration kDeadLinkLimit = std::chrono::seconds(10);
/// How long after a snapshot a switch may take to say again what its devices do beside our calls.
constexpr Duration kDeviceStateLimit = std::chrono::seconds(2);
constexpr Duration kSignOutAfter = std::chrono::minutes(15);
constexpr Duration kCommandLimit = std::chrono::seconds(5);
constexpr std::size_t kNoteLimit = 16 * 1024;

/// Routing's refusals in the words of requests (supervision.cpp).
Result<void> in_words_of_requests(Result<void> result);

/// Everything the core holds, and the parts of a step. `core.cpp` has the step itself, `reactions.cpp` what each fact leads
/// to, `announcements.cpp` what callers are told, `about.cpp` what routing is told of a contact, `requests.cpp` what people ask, `transferring.cpp` whom
/// agents hand on, `supervision.cpp` what supervisors do, `calling_back.cpp` callbacks, `written.cpp` written contacts, `observed.cpp` what switches' own queues do, `show.cpp` the views.
struct Core::State final : journal::FactSink {
  State(std::int64_t epoch, std::int64_t node) : epoch(epoch), mint(IdMint::of_life(node, epoch)) {}

  // --- folded: changed by `apply` alone -------------------------------------------------------------------------------
  cti::model::Model model;
  routing::Engine engine;
  metrics::QueueFold queues;
  ContactLedger ledger;
  Callbacks callbacks;
  std::int64_t seq = 0;
  Instant last_at;
  std::int64_t applied_version = 0;  ///< of the centre document; a checkpoint leaves it out, it is then told again

  // --- not folded: configuration, and what is asked or told again after a restart ----------------------------------------
  const std::int64_t epoch;
  IdMint mint;
  std::shared_ptr<const journal::Centre> centre = std::make_shared<journal::Centre>();
  std::map<SwitchId, cti::model::Capabilities> capabilities;
  std::map<SwitchId, LinkView> links;
  std::unordered_map<AgentId, std::size_t> agent_places;  ///< in `centre->agents`: a step costs what changed, however many work here
  std::map<std::pair<SwitchId, std::string>, AgentId> agent_of_device;
  std::map<ContactId, Instant> look_up_due;
  std::set<AgentId> present;  ///< has a page
  struct Absence {
    Instant due;             ///< of the next consequence
    bool long_gone = false;  ///< the first one, not ready, is behind him
  };
  std::map<AgentId, Absence> absent;  ///< has none since a while
  std::set<OfferId> accepted_early;   ///< the page said yes before the phone rang
  std::set<std::pair<SwitchId, std::string>> busy_devices;
  std::map<std::pair<SwitchId, std::string>, bool> unreachable_devices;
  std::map<std::pair<SwitchId, std::string>, Instant> stale_devices;  ///< told before the last snapshot and not since: forgotten then
  Instant figures_at;     ///< the figures of queues have been shown as of then
  Instant today;          ///< when the centre's day began
  Instant next_day;       ///< when the counters of the centre's day begin again
  bool awake = false;     ///< the first input after the fold has been taken
  bool draining = false;
  bool store_full = false;
  std::map<ContactId, cti::model::CommandId> messages;  ///< of treatments that play: what asked for them
  Instant hours_change;   ///< when one of the queues opens or closes next
  std::set<ContactId> lost;  ///< contacts that a full store dropped and about which somebody might still write
  struct Observed {
    std::map<std::pair<SwitchId, std::string>, QueueId> queues;  ///< by the switch's name
    std::set<AgentId> agents;                                    ///< their switch decides what they are
    QueueAgents said;
    std::map<SwitchId, Instant> told_at;  ///< that a queue is not observed
    std::uint64_t unknown_queues = 0, unknown_devices = 0, unknown_legs = 0;
  };
  Observed observed;
  std::set<ContactId> answered_unnamed;  ///< who waits in an observed queue and has been answered, nobody knows by whom
  std::int64_t view_rev = 0;
  std::uint64_t ignored_requests = 0;

  // --- of the step at hand ------------------------------------------------------------------------------------------
  Instant now;
  journal::Source source;
  std::int32_t ordinal = 0;
  std::int32_t command_n = 0;  ///< of the commands since the last fact
  std::size_t reacted = 0;
  Output out;
  std::set<ContactId> touched_contacts;
  std::set<AgentId> touched_agents;
  std::set<QueueId> touched_queues;
  std::set<SwitchId> touched_links;
  std::set<std::pair<SwitchId, std::string>> touched_devices;
  std::vector<DecisionView> decisions;
  std::set<ContactId> greeted;  ///< came to a queue
  std::map<ContactId, std::vector<journal::Say>> to_tell;
  std::map<ContactId, ContactView> last_views;  ///< of contacts that end in this step

  // core.cpp
  void apply(const journal::Fact& fact);
  void emit(ContactId contact, journal::Body body) override;
  void begin(const Input& input);
  void settle();
  void command(const SwitchId& to, ContactId contact, cti::model::CommandBody body, Duration limit = kCommandLimit);
  void take(const cti::model::SwitchEvent& event);
  void take(const Request& request);
  void take(const CustomerFound& found);
  void take(const CentreChanged& changed);
  void take(const LinkDeclared& declared);
  void take(const TimerDue&);
  void take(const StoreFull&);
  void take(const StoreRecovered& recovered);
  void take(const WallStepped& stepped);
  void take(const DrainStarted&);
  void command_once(const SwitchId& to, ContactId contact, cti::model::CommandBody body);  ///< unless this step says the same already
  void wake_up();
  void touch_contacts_of(const SwitchId& switch_id);
  void reconcile(const SwitchId& switch_id, const cti::model::Snapshot& snapshot);
  void reconcile_legs(ContactId id);
  void release_found_alone(const SwitchId& switch_id, const cti::model::Snapshot& snapshot);
  void expire_device_states();
  std::size_t unserved() const;
  bool is_at_a_call(const AgentId& agent) const;
  const journal::Agent* agent_of(const AgentId& id) const;
  const journal::Queue* queue_of(const QueueId& id) const;
  void follow_devices();
  void expire_absences();
  void end_what_is_over();
  void follow_clock();
  void follow_hours();
  Instant day_start(Instant at) const;
  Instant day_after(Instant at) const;
  std::optional<Instant> next_due() const;
  std::vector<journal::Fact> checkpoint() const;
  std::vector<std::string> violations() const;

  // reactions.cpp
  void react(const journal::Fact& fact);
  void look_up(const ContactEntry& entry);
  const journal::Entry* entry_of(const SwitchId& switch_id, const std::string& number) const;
  void route(ContactEntry& entry);
  routing::About about(const ContactEntry& entry) const;
  static void tell_of(const Callback& owed, routing::About& about);
  void release_caller(ContactId contact);
  /// Lets his phone ring.
  void ring(ContactId contact, const journal::OfferMade& offer);
  void on_leg_started(ContactId contact, const journal::LegStarted& leg);
  void on_leg_state(ContactId contact, const journal::LegStateChanged& change);
  void answer_for_agent(const cti::model::Leg& leg);
  void connect(const cti::model::Leg& leg);
  void on_leg_ended(ContactId contact, const journal::LegEnded& ended);
  /// ContactAnswered again, for a caller who was sent back into a queue.
  void answer_later_visit(ContactId contact);
  void on_answered(ContactId contact, const journal::ContactAnswered& answered);
  void on_offer_ended(ContactId contact, const journal::OfferEnded& ended);
  void on_agent_state(const journal::AgentStateChanged& change);
  void end_wrap_ups(const AgentId& agent);
  void begin_segment(ContactId contact, const AgentId& agent, journal::SegmentKind what);
  void end_segment(ContactId contact, const AgentId& agent);
  void agents_part_over(ContactId contact, const AgentId& agent);
  bool never_steered(ContactId contact) const;
  void hang_up(const cti::model::Leg& leg, journal::Cause cause = journal::Cause::normal);
  void hand_over(ContactId contact, const AgentId& agent);
  void free_customer_left_alone(ContactId contact);
  void clear_last_talk(ContactId contact);
  bool may_route(const SwitchId& switch_id);
  /// What its link has declared; nothing before it has.
  cti::model::Capabilities able(const SwitchId& switch_id) const;

  // announcements.cpp
  const journal::Treatment* treatment_of(const QueueId& queue, journal::TreatedFor why) const;
  std::string language_of(const ContactEntry& entry) const;
  bool hears(const ContactEntry& entry) const;
  void announce_due();
  void speak();
  void on_treated(ContactId contact, const journal::VisitTreated& treated);
  bool message_begins(ContactId contact) const;
  void take_end_of(const cti::model::PlaybackEnded& ended, const SwitchId& on);
  void turn_away(ContactId contact, const journal::VisitEnded& visit);

  // requests.cpp
  Result<void> answer(const Request& request);
  Result<void> sign_in(const AgentId& agent);
  Result<void> sign_out(const AgentId& agent);
  Result<void> session_lost(const AgentId& agent);
  Result<void> set_state(const AgentId& agent, const SetState& wanted);
  Result<void> accept(const AgentId& agent, const AcceptOffer& wanted);
  Result<void> refuse(const AgentId& agent, const RefuseOffer& wanted);
  struct Talk {
    journal::SegmentKind what{};
    const cti::model::Leg* customer = nullptr;
    const cti::model::Leg* own = nullptr;  ///< the agent's
  };
  Result<Talk> talk_of(const AgentId& agent, ContactId contact) const;
  Result<void> hold(const AgentId& agent, ContactId contact, bool held);
  Result<void> hang_up(const AgentId& agent, ContactId contact);
  Result<void> wrap_up(const AgentId& agent, ContactId contact, bool extend);
  Result<void> set_disposition(const AgentId& agent, const SetDisposition& wanted);
  Result<void> write_note(const AgentId& agent, const WriteNote& wanted);
  Result<void> choose_customer(const AgentId& agent, const ChooseCustomer& wanted);
  static ContactId written_about(const RequestBody& body);
  bool may_write(const AgentId& agent, ContactId contact) const;
  bool is_offered(const std::string& disposition, ContactId contact) const;

  // calling_back.cpp
  struct Wish {
    ContactId contact;
    journal::CallbackBy by{};
    std::string asked_by;
    QueueId queue;
    std::string number;
    Instant due;  ///< 0: its caller keeps his place
    Duration credit{};
    AgentId agent;
    std::string note;
  };
  Result<ContactId> ask_callback(const Request& request, const AskCallback& wanted);
  Result<void> cancel_callback(const Request& request, ContactId contact);
  Result<ContactId> owe(Wish wish);
  Result<Instant> due_of(const QueueId& queue, Instant wanted) const;
  Result<void> may_be_called(const std::string& number, const SwitchId& switch_id) const;
  Result<SwitchId> calling_switch() const;
  ContactId caller_waiting(const QueueId& queue, const std::string& number) const;
  void caller_asks(const cti::model::SwitchEvent& event, const cti::model::CallbackAsked& asked);
  void caller_presses(const cti::model::SwitchEvent& event, const cti::model::DtmfSeen& pressed);
  void recall(ContactId contact, const journal::VisitEnded& left);
  Instant take_over(const ContactEntry& entry, const QueueId& queue);
  bool caller_left(ContactId contact, journal::Cause cause);
  void begin_callback(ContactId contact);
  void rest(ContactId contact, journal::Cause cause, Instant at);
  void call_customer(ContactId contact, const routing::Offer& offer);
  void call_for(const cti::model::Leg& agent);
  void customer_leg_started(ContactId contact, const cti::model::Leg& leg);
  void customer_answers(ContactId contact, const cti::model::Leg& leg);
  void call_failed(ContactId contact, journal::Cause cause);
  void end_callback(ContactId contact, journal::CallbackEnd how, const std::string& by = {});
  void callbacks_due();
  bool is_called_back(ContactId contact) const;
  bool was_called(ContactId contact, LegId leg) const;
  void hang_up_called(ContactId contact);

  // written.cpp
  Result<ContactId> open_contact(const Request& request, const OpenContact& wanted);
  Result<void> close_contact(ContactId contact);
  void queue_written(const ContactEntry& entry);
  void take_written(const routing::Offer& offer);
  void take_by_itself(const journal::OfferMade& made);
  void on_work(ContactId contact, const journal::WorkChanged& change);
  void give_back(const AgentId& agent);
  void mend_works();
  void lose_written(ContactId contact);
  std::vector<std::string> work_violations() const;

  // observed.cpp
  bool is_observed(ContactId contact) const;
  bool is_observed(const AgentId& agent) const;
  const QueueId* observed_queue(const SwitchId& on, const std::string& name) const;
  ContactEntry* who_queues(const SwitchId& on, const std::string& native_id);
  void unknown_queue(const SwitchId& on, const std::string& name);
  void take(const SwitchId& on, const cti::model::QueueJoined& joined);
  void take(const SwitchId& on, const cti::model::QueueLeft& left);
  void take(const SwitchId& on, const cti::model::QueueOffered& offered);
  void take(const SwitchId& on, const cti::model::QueueOfferEnded& ended);
  void take(const SwitchId& on, const cti::model::QueueAgentSeen& seen);
  void queued_caller_gone(ContactId contact, journal::Cause cause);
  const routing::Offer* who_answered(ContactId contact) const;
  void answered_by_its_switch(ContactId contact);
  void answer_queued(ContactId contact, const AgentId& agent);
  void end_unseen_talk(const AgentId& agent);
  void follow_switch(const AgentId& agent);
  void follow_authority();
  void reconcile_observed(const SwitchId& on, const cti::model::Snapshot& snapshot);

  // transferring.cpp
  Result<void> transfer(const AgentId& agent, const TransferContact& wanted, const std::string& by);

  // supervision.cpp
  Result<void> steer(const std::string& by, const SteerContact& wanted);
  Result<void> set_emergency(const std::string& by, const SetEmergency& wanted);

  // show.cpp
  void collect_views();
  ContactView show(const ContactEntry& entry) const;
  CallbackView show(const Callback& owed) const;
  AgentView show(const journal::Agent& agent) const;
  QueueView show(const journal::Queue& queue) const;
};

}  // namespace callwright::core
