#pragma once
#include <atomic>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "agent-desktop-api/desk.hpp"
#include "agent-desktop-api/ports.hpp"
#include "base/result.hpp"
#include "runtime/clock.hpp"
#include "runtime/event_loop.hpp"
#include "runtime/metrics.hpp"
#include "runtime/settings.hpp"
#include "runtime/signals.hpp"
#include "core/commit_gate.hpp"
#include "server/core_thread.hpp"
#include "server/demo_crew.hpp"
#include "server/gate_queue.hpp"
#include "server/intake.hpp"
#include "server/links.hpp"
#include "server/pop_gate.hpp"
#include "server/reader_threads.hpp"
#include "server/service_manager.hpp"
#include "server/view_queue.hpp"
#include "server/watchdog.hpp"
#include "server/writer_thread.hpp"

namespace callwright::server {

/// The whole server, composed in reading order (application.cpp): store, core, writer, readers, links, desk.
///
/// Threads: `links`, `core`, `desk`, `writer`, two readers, the desk's `hash`. Between them bounded queues; nothing else is
/// shared. Start order is the restart order of ARCHITECTURE.md: the store is opened and migrated, the epoch raised, the journal
/// folded; then the desk listens (recovering); once the fold is shown pages are served, while each link connects and reconciles by itself.
class Application {
 public:
  struct Options {
    runtime::Settings settings;
    bool demo_crew = false;  ///< colleagues who are simulated, for `./dev run`
  };

  explicit Application(Options options);
  ~Application();

  /// Builds and starts everything; the error says what to do.
  Result<void> start();
  std::string url() const { return desk_->url(); }
  std::uint16_t feed_port() const { return links_->feed_port(); }

  /// Set by SIGHUP: the newest centre document is taken within a second.
  static inline std::atomic<bool> reload_requested = false;

  /// Serves until a signal has drained the server; the exit code.
  int run();

 private:
  class Store;  // the desk's way to the store's threads

  Result<void> open_store();
  std::unique_ptr<core::Core> fold();
  void start_core(std::unique_ptr<core::Core> core);
  Result<void> start_links();
  Result<void> start_desk();
  void begin_intake();
  void deliver(std::vector<CoreThread::Step> steps);
  void gate_what_waits(const core::Input& input, core::Output&& output);
  void look_up(const core::FindCustomer& wanted);
  void gate(core::CommitGate::Hold hold, const SwitchId& switch_id = {});
  void fill_gate();
  void arm_gate();
  bool ask_all_views();
  void follow_wall_clock();
  void reload_centre();
  void count(const core::Output& output);
  void refresh_metrics();
  void release_waiting_callers();
  void drain();
  void end_links_when_quiet(std::optional<Instant> quiet_since);
  void end_links();
  void end_pages();
  void finish();
  void fatal(const Error& error);

  Options options_;
  std::unique_ptr<contacts::Store> opened_;  // until the writer takes it
  std::int64_t epoch_ = 0;
  std::int64_t committed_at_start_ = 0;
  std::int64_t last_fact_ = 0;  // on the core's thread: the newest fact so far
  std::map<std::string, std::int64_t> sources_at_start_;
  std::atomic<std::shared_ptr<const journal::Centre>> centre_;

  runtime::Metrics metrics_;
  std::unique_ptr<runtime::Clock> clock_;
  runtime::EventLoop links_loop_{"links"};
  runtime::EventLoop desk_loop_{"desk"};
  std::unique_ptr<CoreThread> core_;
  std::unique_ptr<WriterThread> writer_;
  ReaderThreads readers_;
  std::unique_ptr<Store> store_port_;
  std::unique_ptr<desktop::Desk> desk_;
  ViewQueue views_{{.post = [this](std::function<void()> work) { desk_loop_.post(std::move(work)); },
                    .show = [this](std::vector<core::View> views) { desk_->views(std::move(views)); },
                    .show_whole = [this](std::vector<core::View> views) { desk_->whole(std::move(views)); },
                    .ask_whole = [this] { return ask_all_views(); }}};
  GateQueue to_gate_;
  core::CommitGate gate_;                // on the links loop
  std::atomic<std::size_t> gate_waiting_ = 0, pop_gate_waiting_ = 0;
  std::atomic<std::uint64_t> gate_refused_ = 0;
  bool gate_armed_ = false;        // on the links loop
  std::atomic<std::uint64_t> gate_overruns_ = 0;
  PopGate pop_gate_{[this](const cti::model::Command& command) { links_->send(command); }};  // on the links loop, behind gate_
  std::atomic<std::uint64_t> pops_late_ = 0;
  std::unique_ptr<Links> links_;   // on the links loop
  std::optional<Intake> intake_;   // on the links loop
  bool links_ending_ = false;      // on the links loop
  Instant drain_until_;            // links and pages are ended then, quiet or not
  ServiceManager service_manager_ = ServiceManager::of_environment();
  std::atomic<Instant> links_turned_;  // for the watchdog
  std::unique_ptr<Watchdog> watchdog_;
  std::unique_ptr<DemoCrew> demo_crew_;
  std::unique_ptr<runtime::Signals> signals_;

  std::atomic<bool> draining_ = false;
  std::atomic<bool> done_ = false;
  std::atomic<bool> links_and_pages_ended_ = false;
  std::atomic<int> exit_code_ = 0;
};

}  // namespace callwright::server
