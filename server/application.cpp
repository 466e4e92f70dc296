#include "server/application.hpp"

#include <csignal>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <thread>
#include <utility>

#include "base/overloaded.hpp"
#include "contacts/centre_toml.hpp"
#include "contacts/phone.hpp"
#include "contacts/store.hpp"
#include "cti/asterisk/release.hpp"
#include "runtime/log.hpp"
#include "server/commands.hpp"

namespace callwright::server {

namespace log = runtime::log;
namespace model = cti::model;

namespace {

/// How long a drain waits for the links and the pages before it goes on all the same. Then the writer has its own patience
/// (`WriterThread::Limits::stop`, 3 s): 10 s together.
constexpr auto kDrainLimit = std::chrono::seconds(6);
/// How long of it released callers have to leave, commands and facts to be taken, and pages to go by themselves.
constexpr auto kQuietLimit = std::chrono::seconds(4);
constexpr auto kQuietTurn = std::chrono::milliseconds(25);
/// How long everything must be quiet: a caller who found us taking calls a moment ago may be on his way in.
constexpr Duration kLateCaller = std::chrono::milliseconds(50);
/// The same while released callers are still on the line: a feed does not say when one is in the switch's own hands.
constexpr Duration kReleaseLimit = std::chrono::milliseconds(1500);
/// How long /ready waits for the snapshots of all switches: one dead link holds nobody.
constexpr auto kReconcileLimit = std::chrono::seconds(10);
constexpr auto kClockTurn = std::chrono::seconds(1);
/// How long the loop of the links may be silent before systemd hears nothing more from us.
constexpr auto kLinksSilence = std::chrono::seconds(5);

std::string outcome_label(journal::ContactOutcome outcome) {
  using enum journal::ContactOutcome;
  switch (outcome) {
    case answered: return "answered";
    case abandoned: return "abandoned";
    case short_abandoned: return "short_abandoned";
    case released: return "released";
    case lost: return "lost";
    case failed: return "failed";
    case handed_over: return "handed_over";
  }
  return "unknown";
}

}  // namespace

// --- the desk's way to the store's threads -------------------------------------------------------------------------------

class Application::Store final : public desktop::StorePort {
 public:
  Store(ReaderThreads& readers, WriterThread& writer) : readers_(readers), writer_(writer) {}

  bool read(std::function<void(contacts::Reader&)> work) override { return readers_.read(std::move(work)); }
  bool write(std::function<void(contacts::Accounts&, contacts::Customers&)> work) override {
    return writer_.edit([work = std::move(work)](contacts::Store& store) { work(store.accounts(), store.customers()); });
  }

 private:
  ReaderThreads& readers_;
  WriterThread& writer_;
};

// --- construction, in the order of the restart -----------------------------------------------------------------------------

Application::Application(Options options) : options_(std::move(options)) {}

Application::~Application() {
  watchdog_.reset();
  if (core_) core_->stop();
  if (writer_) writer_->stop();
  readers_.stop();
  for (auto* loop : {&links_loop_, &desk_loop_}) {
    loop->stop();
    loop->join();
  }
}

Result<void> Application::start() {
  log::start(log::level_of(options_.settings.log_level));
  if (auto opened = open_store(); !opened) return opened;
  auto core = fold();
  if (!core) return fail(std::make_error_code(std::errc::io_error), "the journal cannot be folded: callwright doctor");
  start_core(std::move(core));
  if (auto readers = readers_.start({.path = options_.settings.store_path}); !readers) return readers;
  if (auto desk = start_desk(); !desk) return desk;
  return start_links();
}

/// Opens, checks and migrates the store, raises the epoch, and takes the newest centre document (imported at the first start).
Result<void> Application::open_store() {
  auto store = contacts::open_store({.path = options_.settings.store_path});
  if (!store) return std::unexpected(store.error());
  opened_ = std::move(*store);
  auto epoch = opened_->journal().begin_epoch();
  if (!epoch) return std::unexpected(epoch.error());
  epoch_ = *epoch;

  auto newest = opened_->centres().newest();
  if (!newest) return std::unexpected(newest.error());
  const bool has_file = !options_.settings.centre_path.empty() && std::filesystem::exists(options_.settings.centre_path);
  if (*newest) {
    if (has_file) log::info("centre_file_ignored", {{"reason", "the store holds version " + std::to_string((*newest)->version)}, {"hint", "callwright centre import FILE"}});
    centre_ = std::make_shared<const journal::Centre>(std::move(**newest));
    return {};
  }
  if (!has_file) return fail(std::make_error_code(std::errc::no_such_file_or_directory), "the first start needs a centre document at " + options_.settings.centre_path + " (docs/centre.md)");
  std::ifstream in(options_.settings.centre_path);
  std::ostringstream text;
  text << in.rdbuf();
  auto centre = contacts::parse_centre(text.str());
  if (!centre) return std::unexpected(centre.error());
  auto version = opened_->centres().put(*centre, "first start", runtime::Clock().now());
  if (!version) return std::unexpected(version.error());
  centre->version = *version;
  centre_ = std::make_shared<const journal::Centre>(std::move(*centre));
  return {};
}

std::unique_ptr<core::Core> Application::fold() {
  auto core = std::make_unique<core::Core>(epoch_, options_.settings.node);
  auto replayed = opened_->journal().replay([&](const journal::Fact& fact) -> Result<void> {
    core->fold(fact);
    return {};
  });
  if (!replayed) {
    log::error("journal_not_folded", {{"error", replayed.error()}});
    return {};
  }
  log::info("journal_folded", {{"epoch", epoch_}, {"checkpoint", replayed->checkpoint_seq}, {"last_seq", replayed->last_seq}, {"facts", replayed->facts}, {"unknown", replayed->unknown}});
  committed_at_start_ = last_fact_ = replayed->last_seq;
  sources_at_start_ = core->sources();
  clock_ = std::make_unique<runtime::Clock>(core->last_at());
  return core;
}

void Application::start_core(std::unique_ptr<core::Core> core) {
  const auto spool = static_cast<std::size_t>(options_.settings.store_spool_mib) << 20;
  writer_ = std::make_unique<WriterThread>(
      std::move(opened_),
      WriterThread::Outlets{
          .committed = [this](std::int64_t seq, std::vector<ContactId> lost) { links_loop_.post([this, seq, lost = std::move(lost)] {
              gate_.committed(seq, lost);
              arm_gate();
            }); },
          .tell_core =
              [this](core::InputBody body) {
                links_loop_.post([this, full = std::holds_alternative<core::StoreFull>(body)] { intake_->set(Intake::Obstacle::store_full, full); });
                (void)core_->push(std::move(body));
              },
          .fatal = [this](const Error& error) { fatal(error); },
      },
      WriterThread::Limits{.spool = {.spool_bytes = spool, .reserve_bytes = spool}});
  store_port_ = std::make_unique<Store>(readers_, *writer_);
  core_ = std::make_unique<CoreThread>(std::move(core), CoreThread::Outlets{
                                                            .now = [this] { return clock_->now(); },
                                                            .deliver = [this](std::vector<CoreThread::Step> steps) { deliver(std::move(steps)); },
                                                            .checkpoint = [this](std::vector<journal::Fact> facts) { writer_->checkpoint(std::move(facts)); },
                                                        });
  gate_.committed(committed_at_start_);
  to_gate_.on_push([this] { links_loop_.post([this] { fill_gate(); }); });
  if (options_.demo_crew) {
    const auto centre = centre_.load();
    demo_crew_ = std::make_unique<DemoCrew>(*centre, centre->agents.empty() ? AgentId{} : centre->agents.front().id, epoch_,
                                            [this](core::Request request) { (void)core_->push(std::move(request)); });
  }
  // The core folds with the document; nothing is offered before a link has given its snapshot.
  (void)core_->push(core::CentreChanged{centre_.load()});
  writer_->start();
}

Result<void> Application::start_desk() {
  const auto& settings = options_.settings;
  desktop::DeskOptions desk;
  desk.address = settings.http_address;
  desk.port = static_cast<std::uint16_t>(settings.http_port);
  desk.tls_certificate = settings.tls_certificate;
  desk.tls_key = settings.tls_key;
  desk.origins = settings.http_origins;
  desk.web_root = settings.web_root;
  desk.epoch = epoch_;
  desk.metrics_public = settings.metrics_public;
  desk.connections = static_cast<std::size_t>(settings.http_connections);
  desk_ = std::make_unique<desktop::Desk>(desk_loop_, metrics_, desk, *store_port_,
                                          desktop::DeskCallbacks{[this](core::Request request) { return core_->push(std::move(request)); }, [this] { return clock_->now(); },
                                                                 [this](OfferId offer) { links_loop_.post([this, offer] { pop_gate_.shown(offer); }); }});
  if (auto opened = desk_->open(); !opened) return opened;
  metrics_.before_exposition([this] { refresh_metrics(); });
  desk_loop_.post([this] { desk_->centre(centre_.load()); });
  desk_loop_.start();
  return {};
}

Result<void> Application::start_links() {
  links_ = std::make_unique<Links>(links_loop_, metrics_, *clock_, options_.settings, epoch_,
                                   Links::Outlets{
                                       .callbacks = {.event = [this](model::SwitchEvent event) { return core_->push(std::move(event)); },
                                                     .declared = [this](const SwitchId& id, const model::Capabilities& able) { (void)core_->push(core::LinkDeclared{id, able}); }},
                                       .journal = sources_at_start_,
                                       .now = [this] { return clock_->now(); },
                                   });
  if (auto opened = links_->open(*centre_.load()); !opened) return opened;
  signals_ = std::make_unique<runtime::Signals>(links_loop_, [this] { drain(); });
  if (demo_crew_) demo_crew_->begin();
  links_loop_.post([this] {
    links_->start();
    begin_intake();
  });
  core_->start();
  (void)core_->inspect([this](const core::Core& core) {
    views_.push_whole(core.all_views());
    desk_loop_.post([this] { desk_->ready(); });
  });
  links_turned_ = clock_->now();
  links_loop_.start();
  watchdog_ = std::make_unique<Watchdog>(Watchdog::Outlets{
      .now = [this] { return clock_->now(); },
      .last_turn = [this] { return core_->last_turn(); },
      .silent =
          [this] {
            log::error("core_silent", {{"action", "callers who wait are released"}});
            links_loop_.post([this] { intake_->set(Intake::Obstacle::core_silent, true); });
            release_waiting_callers();
          },
      .recovered =
          [this] {
            log::warn("core_turns_again");
            links_loop_.post([this] { intake_->set(Intake::Obstacle::core_silent, false); });
          },
      .turning =
          [this] {
            const Instant now = clock_->now();
            if (now - links_turned_.load() < kLinksSilence) service_manager_.alive(now);
          },
  });
  service_manager_.ready();
  links_loop_.post([this] { follow_wall_clock(); });
  return {};
}

/// On the links loop.
void Application::begin_intake() {
  std::set<SwitchId> switches;
  for (const auto& sw : centre_.load()->switches) switches.insert(sw.id);
  intake_.emplace(std::move(switches), Intake::Outlets{
                                           .accepting = [this](bool yes) { links_->accepting(yes); },
                                           .ready = [this](std::error_code obstacle) { desk_loop_.post([this, obstacle] { desk_->intake(obstacle); }); },
                                       });
  links_loop_.post_after(kReconcileLimit, [this] { intake_->waited_enough(); });
}

// --- one step's output -------------------------------------------------------------------------------------------------------

/// On the core's thread: look-ups first, a caller waits for them; then views; then facts to the writer, and behind the gate what waits for them.
void Application::deliver(std::vector<CoreThread::Step> steps) {
  for (auto& [input, output] : steps)
    for (const auto& wanted : output.look_ups) look_up(wanted);
  for (auto& [input, output] : steps) {
    count(output);
    if (demo_crew_) demo_crew_->follow(output.views, input.at);
    if (!output.views.empty()) views_.push(std::move(output.views));
  }
  for (auto& [input, output] : steps) {
    // What concluded nothing new may still repeat, or follow, what waits for the disk: it is as durable as the last fact so far.
    if (!output.facts.empty()) last_fact_ = output.facts.back().seq;
    writer_->facts(std::move(output.facts));
    gate_what_waits(input, std::move(output));
  }
}

void Application::gate_what_waits(const core::Input& input, core::Output&& output) {
  for (core::Reply& reply : output.replies) {
    auto say = [this](core::Reply said) { desk_loop_.post([this, said = std::move(said)] { desk_->reply(said); }); };
    // A refusal changed nothing; what was done is answered once it is on disk.
    if (!reply.result) {
      say(std::move(reply));
      continue;
    }
    core::Reply refused = reply;
    refused.result = fail(core::Errc::store_full);
    const ContactId rests_on = reply.rests_on;
    gate({.seq = last_fact_,
          .action = [say, reply = std::move(reply)] { say(reply); },
          .rests_on = rests_on,
          .refusal = [say, refused = std::move(refused)] { say(refused); }});
  }
  for (const auto& command : output.commands)
    gate({.seq = command.id.seq,
          .kind = core::CommitGate::kind_of(command.body),
          .action = [this, made_at = input.at, command] { pop_gate_.add(command, made_at); },
          .rests_on = std::holds_alternative<model::Dial>(command.body) ? command.contact : ContactId{},
          .refusal = [] {}},
         command.switch_id);
  const auto* event = std::get_if<model::SwitchEvent>(&input.body);
  if (event && std::holds_alternative<model::Snapshot>(event->body))
    links_loop_.post([this, switch_id = event->switch_id] { intake_->reconciled(switch_id); });
  if (event && event->source.name.starts_with("feed:"))
    gate({.seq = last_fact_, .action = [this, source = event->source] { links_->committed(source); }, .covers = event->source.name});
}

void Application::gate(core::CommitGate::Hold hold, const SwitchId& switch_id) {
  if (!to_gate_.push(std::move(hold), switch_id)) log::warn("links_behind", {{"waiting", to_gate_.size()}});
}

/// On the links loop.
void Application::fill_gate() {
  auto taken = to_gate_.take_all();
  for (auto& hold : taken.holds) gate_.add(std::move(hold), clock_->now());
  for (const SwitchId& switch_id : taken.behind) {
    log::error("commands_lost", {{"switch", switch_id}, {"action", "the link comes back with a snapshot"}});
    links_->reconnect(switch_id);
  }
  arm_gate();
}

void Application::arm_gate() {
  gate_waiting_ = gate_.size();
  gate_refused_ = gate_.refused();
  pop_gate_waiting_ = pop_gate_.size();
  auto due = gate_.next_due();
  if (const auto pop = pop_gate_.next_due(); pop && (!due || *pop < *due)) due = pop;
  if (!due || gate_armed_) return;
  gate_armed_ = true;
  const auto wait = std::chrono::ceil<std::chrono::milliseconds>(std::max(*due - clock_->now(), Duration{0}));
  links_loop_.post_after(wait, [this] {
    gate_armed_ = false;
    gate_.due(clock_->now());
    pop_gate_.due(clock_->now());
    pops_late_ = pop_gate_.late();
    if (const auto overruns = gate_.overruns(); overruns != gate_overruns_) {
      log::warn("commands_before_commit", {{"commands", overruns - gate_overruns_}});
      gate_overruns_ = overruns;
    }
    arm_gate();
  });
}

bool Application::ask_all_views() {
  return core_->inspect([this](const core::Core& core) { views_.push_whole(core.all_views()); });
}

void Application::look_up(const core::FindCustomer& wanted) {
  const auto centre = centre_.load();
  const journal::TrunkRule rule = contacts::trunk_rule(*centre, wanted.switch_id, wanted.trunk);
  const bool taken = readers_.look_up([this, wanted, rule](contacts::Reader& reader) {
    auto found = reader.find_customer(wanted.switch_id, wanted.trunk, wanted.ani, rule);
    core::CustomerFound answer{.contact = wanted.contact};
    if (found) answer = {wanted.contact, found->match, found->customer, std::move(found->candidates), std::move(found->e164), std::move(found->card), std::move(found->traits)};
    else log::warn("look_up_failed", {{"contact", wanted.contact}, {"error", found.error()}});
    (void)core_->push(std::move(answer));
  });
  if (!taken) log::warn("look_up_refused", {{"contact", wanted.contact}});
}

// --- clock, configuration, figures -----------------------------------------------------------------------------------------

void Application::follow_wall_clock() {
  if (done_) return;
  links_turned_ = clock_->now();
  if (const auto step = clock_->take_step()) {
    log::warn("clock_stepped", {{"step_us", *step}});
    (void)core_->push(core::WallStepped{step->count()});
  }
  if (reload_requested.exchange(false)) reload_centre();
  links_loop_.post_after(kClockTurn, [this] { follow_wall_clock(); });
}

void Application::reload_centre() {
  const bool taken = writer_->edit([this](contacts::Store& store) {
    auto newest = store.centres().newest();
    if (!newest || !*newest) {
      log::error("centre_not_reloaded", {{"error", newest ? "no document" : newest.error().text()}});
      return;
    }
    auto centre = std::make_shared<const journal::Centre>(std::move(**newest));
    log::info("centre_reloaded", {{"version", centre->version}});
    centre_ = centre;
    (void)core_->push(core::CentreChanged{centre});
    desk_loop_.post([this, centre] { desk_->centre(centre); });
    links_loop_.post([this, centre] { links_->follow(*centre); });
  });
  if (!taken) log::error("centre_not_reloaded", {{"error", "the writer is busy"}});
}

/// On the watchdog's thread, with what was read at the start: a full or hanging disk may be why the core is silent.
void Application::release_waiting_callers() {
  for (const Reach& to : links_->asterisks()) {
    const auto released = cti::asterisk::release_waiting(to.settings, to.tls);
    if (released) log::warn("callers_released", {{"link", to.settings.switch_id}, {"callers", released->callers}, {"phones", released->phones}});
    else log::error("callers_not_released", {{"link", to.settings.switch_id}, {"error", released.error()}});
  }
}

void Application::count(const core::Output& output) {
  for (const auto& unknown : output.unknown_queues) log::warn("queue_not_observed", {{"link", unknown.switch_id}, {"queue", unknown.name}});
  for (const auto& fact : output.facts)
    std::visit(Overloaded{
                   [&](const journal::ContactEnded& ended) {
                     metrics_.counter("callwright_contacts_total", "Finished contacts", {{"queue", ended.queue.value}, {"outcome", outcome_label(ended.outcome)}}).add();
                     log::info("contact_ended", {{"contact", fact.contact}, {"queue", ended.queue}, {"outcome", outcome_label(ended.outcome)}});
                   },
                   [&](const journal::OfferMade& offer) {
                     log::info("offer_made", {{"contact", fact.contact}, {"offer", offer.offer}, {"agent", offer.agent}, {"decision", offer.decision}});
                   },
                   [&](const journal::OfferClaimed& claimed) {
                     log::info("offer_claimed", {{"contact", fact.contact}, {"offer", claimed.offer}, {"agent", claimed.agent}});
                   },
                   [&](const journal::FactsLost& lost) { log::error("facts_lost", {{"contacts", lost.contacts}, {"facts", lost.facts}}); },
                   [](const auto&) {},
               },
               fact.body);
}

void Application::refresh_metrics() {
  auto gauge = [this](const char* name, const char* help, double value) { metrics_.gauge(name, help).set(value); };
  auto total = [this](const char* name, const char* help, double value) {
    auto counter = metrics_.counter(name, help);
    counter.add(value - counter.value());
  };
  gauge("callwright_core_inbound", "Inputs that wait for the core", static_cast<double>(core_->inbound().size()));
  gauge("callwright_core_refused", "Inputs that the full queue refused", static_cast<double>(core_->refused()));
  gauge("callwright_core_steps", "Inputs taken by the core", static_cast<double>(core_->steps()));
  gauge("callwright_core_ignored_events", "Events of switches that changed nothing: repeated, late, or about what is unknown", static_cast<double>(core_->ignored_events()));
  gauge("callwright_core_ignored_requests", "Requests of agents that did not fit and changed nothing", static_cast<double>(core_->ignored_requests()));
  const auto unknown = [&](const char* what, std::uint64_t value) {
    metrics_.gauge("callwright_core_observed_unknown", "Events of switches' own queues about what the centre document does not observe", {{"what", what}})
        .set(static_cast<double>(value));
  };
  unknown("queue", core_->unknown_queues());
  unknown("device", core_->unknown_devices());
  unknown("leg", core_->unknown_legs());
  gauge("callwright_writer_commits", "Transactions of facts", static_cast<double>(writer_->commits()));
  gauge("callwright_writer_facts", "Facts committed", static_cast<double>(writer_->facts_committed()));
  gauge("callwright_pops_late", "Phones that rang although the agent's page had not said within 50 ms that it has the pop", static_cast<double>(pops_late_));
  gauge("callwright_commit_gate_overruns", "Commands that left before the commit of their facts", static_cast<double>(gate_overruns_));
  gauge("callwright_commit_gate_waiting", "Commands, acknowledgements and answers that wait for a commit", static_cast<double>(gate_waiting_));
  gauge("callwright_commit_gate_refused", "Answers that the full gate refused", static_cast<double>(gate_refused_));
  gauge("callwright_pop_gate_waiting", "Commands that wait for a pop to be shown", static_cast<double>(pop_gate_waiting_));
  gauge("callwright_links_inbound", "Commands and acknowledgements on their way to the links", static_cast<double>(to_gate_.size()));
  gauge("callwright_links_refused", "Commands and acknowledgements that the full queue to the links refused", static_cast<double>(to_gate_.refused()));
  gauge("callwright_views_waiting", "Steps whose views wait for the desk", static_cast<double>(views_.size()));
  gauge("callwright_views_lost", "Steps whose views were dropped and shown again as a whole", static_cast<double>(views_.lost()));
  gauge("callwright_writer_spool_bytes", "Facts that wait for the disk", static_cast<double>(writer_->spool_bytes()));
  gauge("callwright_writer_spool_state", "0: room; 1: half full; 2: full, new contacts are refused", static_cast<double>(writer_->spool()));
  total("callwright_writer_contacts_lost_total", "Contacts dropped because the spool was full", static_cast<double>(writer_->contacts_lost()));
  total("callwright_log_lines_dropped_total", "Lines of the log that its reader took too slowly", static_cast<double>(log::dropped()));
  gauge("callwright_readers_waiting", "Reads and look-ups that wait", static_cast<double>(readers_.waiting()));
  gauge("callwright_readers_refused", "Reads and look-ups that a full queue refused", static_cast<double>(readers_.refused()));
}

// --- the end -----------------------------------------------------------------------------------------------------------------

int Application::run() {
  while (!done_) std::this_thread::sleep_for(std::chrono::milliseconds(50));
  if (exit_code_ == 0) finish();
  return exit_code_;
}

/// After the links and the pages: what the core has still to take, then every fact on the disk. Exit code 1 if the disk refuses.
void Application::finish() {
  watchdog_.reset();
  core_->stop();
  if (writer_->stop().any()) exit_code_ = 1;
  if (exit_code_ != 0) return;
  if (links_and_pages_ended_) log::info("drained", {{"facts", writer_->facts_committed()}});
  else log::warn("drain_incomplete");
}

/// SIGTERM, on the links loop: no new contacts, waiting callers released, facts written, pages told, then the end.
void Application::drain() {
  if (draining_.exchange(true)) return;
  log::info("drain_started");
  service_manager_.stopping();
  intake_->set(Intake::Obstacle::draining, true);
  (void)core_->push(core::DrainStarted{});
  desk_loop_.post([this] { desk_->drain(std::chrono::milliseconds(2000)); });
  drain_until_ = clock_->now() + kQuietLimit;
  links_loop_.post_after(kDrainLimit, [this] { done_ = true; });
  links_loop_.post_after(kQuietLimit, [this] { end_links(); });
  end_links_when_quiet({});
}

/// Once what was said to the switches is answered, nothing waits for a commit, and the released callers have left.
void Application::end_links_when_quiet(std::optional<Instant> quiet_since) {
  if (links_ending_) return;
  const auto look_again = [this](std::optional<Instant> since) { links_loop_.post_after(kQuietTurn, [this, since] { end_links_when_quiet(since); }); };
  const bool asked = core_->inspect([this, quiet_since, look_again](const core::Core& core) {
    links_loop_.post([this, quiet_since, look_again, unserved = core.unserved()] {
      if (to_gate_.size() > 0 || gate_.size() > 0 || pop_gate_.size() > 0 || !links_->idle()) return look_again({});
      const Instant since = quiet_since.value_or(clock_->now());
      if (clock_->now() - since >= (unserved == 0 ? kLateCaller : kReleaseLimit)) return end_links();
      look_again(since);
    });
  });
  if (!asked) look_again({});
}

void Application::end_links() {
  if (std::exchange(links_ending_, true)) return;
  links_->stop([this] {
    signals_->close();
    desk_loop_.post([this] { end_pages(); });
  });
}

/// On the desk's loop: once the last page has gone by itself, or when time is up.
void Application::end_pages() {
  if (desk_->pages() > 0 && clock_->now() < drain_until_) return desk_loop_.post_after(kQuietTurn, [this] { end_pages(); });
  desk_->close([this] {
    links_and_pages_ended_ = true;
    done_ = true;
  });
}

void Application::fatal(const Error& error) {
  log::error("journal_failed", {{"error", error}});
  exit_code_ = 1;
  done_ = true;
}

}  // namespace callwright::server
