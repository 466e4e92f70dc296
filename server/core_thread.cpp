#include "server/core_thread.hpp"

#include <algorithm>
#include <utility>

#include "base/overloaded.hpp"
#include "runtime/log.hpp"
#include "runtime/thread_name.hpp"

namespace callwright::server {

namespace log = runtime::log;

namespace {
/// How long the loop sleeps at most with nothing to do; the watchdog allows two seconds of silence.
constexpr Duration kTurn = std::chrono::milliseconds(500);

namespace model = cti::model;

std::size_t text_of(const model::LegCreated& leg) {
  return leg.native_id.size() + leg.device.size() + leg.ani.size() + leg.caller_name.size() + leg.dnis.size() + leg.redirecting.size();
}

std::size_t text_of(const model::Transfer& transfer) {
  return transfer.transferor.size() + transfer.transferee.size() + transfer.consult.size() + transfer.to.size();
}

std::size_t text_of(const model::QueueAgentSeen& seen) { return seen.device.size() + seen.queue.size() + seen.reason.size(); }

/// The text that a switch put into an event, which alone can be large. Everything else is bounded where it comes from.
std::size_t weight(const core::InputBody& body) {
  const auto* event = std::get_if<model::SwitchEvent>(&body);
  if (!event) return 0;
  return std::visit(Overloaded{
                        [](const model::LegCreated& leg) { return text_of(leg); },
                        [](const model::Snapshot& snapshot) {
                          std::size_t bytes = 0;
                          for (const model::SnapshotLeg& leg : snapshot.legs)
                            bytes += sizeof leg + text_of(leg.leg) + leg.bridge.size() + leg.entry.size() + leg.queue.size();
                          for (const model::QueueAgentSeen& agent : snapshot.agents) bytes += sizeof agent + text_of(agent);
                          return bytes;
                        },
                        [](const model::LegGone& gone) { return gone.native_id.size() + gone.raw_text.size(); },
                        [](const model::PartyChanged& party) {
                          return party.native_id.size() + party.ani.size() + party.caller_name.size() + party.dnis.size() + party.redirecting.size();
                        },
                        [](const model::CallDiverted& diverted) {
                          return diverted.native_id.size() + diverted.from.size() + diverted.to.size() + diverted.raw_reason.size();
                        },
                        [](const model::TransferStarted& started) { return text_of(started.transfer); },
                        [](const model::TransferCompleted& completed) { return text_of(completed.transfer); },
                        [](const model::TransferFailed& failed) { return text_of(failed.transfer) + failed.raw_text.size(); },
                        [](const model::RecordingChanged& changed) {
                          return changed.native_id.size() + changed.bridge.size() + changed.recording.size() + changed.raw_text.size();
                        },
                        [](const model::DataSeen& data) { return data.native_id.size() + data.key.size() + data.value.size(); },
                        [](const model::RouteAsked& asked) { return asked.native_id.size() + asked.entry.size(); },
                        [](const model::DtmfSeen& seen) { return seen.native_id.size() + seen.digit.size(); },
                        [](const model::CallbackAsked& asked) { return asked.native_id.size() + asked.number.size() + asked.entry.size(); },
                        [](const model::QueueAgentSeen& seen) { return text_of(seen); },
                        [](const auto&) { return std::size_t{0}; },
                    },
                    event->body);
}

/// Comes from outside and may come again: the switch's snapshot, the page's repeat, the contact that goes on as unknown.
bool is_load(const core::InputBody& body) {
  return std::holds_alternative<cti::model::SwitchEvent>(body) || std::holds_alternative<core::Request>(body) ||
         std::holds_alternative<core::CustomerFound>(body);
}
}  // namespace

CoreThread::CoreThread(std::unique_ptr<core::Core> core, Outlets outlets)
    : core_(std::move(core)), outlets_(std::move(outlets)), checkpoint_seq_(core_->last_seq()) {}

CoreThread::~CoreThread() { stop(); }

bool CoreThread::push(core::InputBody body) {
  const std::size_t bytes = weight(body);
  if (inbound_bytes_.fetch_add(bytes) + bytes > kInboundBytes) {
    inbound_bytes_ -= bytes;
    ++refused_bytes_;
    return false;
  }
  const std::size_t kind = body.index();
  const bool load = is_load(body);
  if (load ? inbound_.push(std::move(body)) : inbound_.push_reserved(std::move(body))) return true;
  inbound_bytes_ -= bytes;
  if (!load && !stopping_) log::error("core_input_lost", {{"kind", kind}});
  return false;
}

void CoreThread::start() {
  turned(outlets_.now());
  thread_ = std::thread([this] { run(); });
}

void CoreThread::stop() {
  stopping_ = true;
  inbound_.close();
  if (thread_.joinable()) thread_.join();
}

bool CoreThread::inspect(std::function<void(const core::Core&)> task) {
  if (!inspections_.push(std::move(task))) return false;
  (void)push(core::TimerDue{});  // wakes the loop
  return true;
}

void CoreThread::run() {
  runtime::name_thread("core");
  for (;;) {
    Duration wait = kTurn;
    if (const auto due = core_->next_due()) wait = std::clamp(*due - outlets_.now(), Duration{0}, kTurn);
    auto inputs = inbound_.wait_take_all(wait);
    turned(outlets_.now());
    for (auto& input : inputs) {
      const std::size_t bytes = weight(input);
      take(std::move(input));
      inbound_bytes_ -= bytes;
    }
    if (const auto due = core_->next_due(); due && *due <= outlets_.now()) take(core::TimerDue{});
    hand_over();
    for (auto& task : inspections_.take_all()) task(*core_);
    if (core_->last_seq() - checkpoint_seq_ >= kCheckpointEvery) {
      checkpoint_seq_ = core_->last_seq();
      turned(outlets_.now());
      outlets_.checkpoint(core_->checkpoint());
    }
    if (stopping_ && inbound_.size() == 0) return;
  }
}

void CoreThread::take(core::InputBody body) {
  core::Input input{outlets_.now(), std::move(body)};
  turned(input.at);
  core::Output output = core_->step(input);
  steps_.fetch_add(1, std::memory_order_relaxed);
  const auto ignored = core_->ignored();
  ignored_events_.store(ignored.events, std::memory_order_relaxed);
  ignored_requests_.store(ignored.requests, std::memory_order_relaxed);
  unknown_queues_.store(ignored.unknown_queues, std::memory_order_relaxed);
  unknown_devices_.store(ignored.unknown_devices, std::memory_order_relaxed);
  unknown_legs_.store(ignored.unknown_legs, std::memory_order_relaxed);
  done_.push_back({std::move(input), std::move(output)});
  if (done_.size() == kStepsTogether) hand_over();
}

void CoreThread::hand_over() {
  if (!done_.empty()) outlets_.deliver(std::exchange(done_, {}));
}

}  // namespace callwright::server
