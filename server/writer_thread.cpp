#include "server/writer_thread.hpp"

#include <algorithm>
#include <utility>

#include "base/overloaded.hpp"
#include "contacts/error.hpp"
#include "runtime/log.hpp"
#include "runtime/thread_name.hpp"

namespace callwright::server {

namespace log = runtime::log;

namespace {
constexpr Duration kIdleTurn = std::chrono::seconds(1);
}  // namespace

WriterThread::WriterThread(std::unique_ptr<contacts::Store> store, Outlets outlets, Limits limits)
    : store_(std::move(store)), limits_(limits), commit_(store_->journal(), limits.spool), outlets_(std::move(outlets)), jobs_("writer", limits.steps) {}

WriterThread::~WriterThread() { stop(); }

void WriterThread::facts(std::vector<journal::Fact> facts) {
  if (facts.empty() || cut_off_) return;
  std::size_t bytes = 0;
  for (const journal::Fact& fact : facts) bytes += contacts::spool_bytes(fact);
  if (count_in(bytes) && jobs_.push(Step{std::move(facts), bytes})) return;
  cut_off_ = true;  // what follows would not join on to what waits, which is still written if the disk comes back
  fail({contacts::Errc::broken, "the disk does not keep up and the spool is full"});
}

void WriterThread::checkpoint(std::vector<journal::Fact> facts) { (void)jobs_.push(Checkpoint{std::move(facts)}); }

/// A queue of jobs that is full, or closed, wakes the thread as well.
bool WriterThread::edit(Task task) {
  if (!edits_.push(std::move(task))) return false;
  (void)jobs_.push(Wake{});
  return true;
}

void WriterThread::start() {
  thread_ = std::thread([this] { run(); });
}

const WriterThread::Lost& WriterThread::stop() {
  if (!stopping_) {
    stop_by_ = std::chrono::steady_clock::now() + limits_.stop;
    edits_.close();
    stopping_ = true;
    jobs_.close();
  }
  if (thread_.joinable()) thread_.join();
  return lost_;
}

void WriterThread::run() {
  runtime::name_thread("writer");
  bool disk_refuses = false;
  for (;;) {
    for (Job& job : next_jobs(disk_refuses)) {
      take(std::move(job));
      // What piled up behind a commit that hung is written before the spool drops any of it.
      if (!disk_refuses && commit_.spool() != Spool::ok) disk_refuses = !flush();
    }
    disk_refuses = !flush();
    run_edits();
    if (stopping_ && may_end()) return give_up();
  }
}

/// Waits for them; a stop ends the wait, except for the pause between two tries.
std::vector<WriterThread::Job> WriterThread::next_jobs(bool disk_refuses) {
  if (!stopping_) return jobs_.wait_take_all(disk_refuses ? limits_.retry : kIdleTurn);
  store_->busy_limit(limits_.stop_busy);
  if (disk_refuses) std::this_thread::sleep_for(limits_.retry);
  return jobs_.take_all();
}

void WriterThread::take(Job job) {
  std::visit(Overloaded{
                 [&](Step& step) {
                   commit_.add(std::move(step.facts));
                   contacts_lost_.store(commit_.contacts_lost(), std::memory_order_relaxed);
                   spooled(step.bytes);
                 },
                 [&](Checkpoint& checkpoint) { commit_.add_checkpoint(std::move(checkpoint.facts)); },
                 [](Wake) {},
             },
             job);
}

bool WriterThread::flush() {
  while (!commit_.empty() && !broken_) {
    auto done = commit_.flush();
    if (!done) {
      broken_ = done.error().code != contacts::Errc::disk_full && done.error().code != contacts::Errc::busy;
      if (broken_) fail(done.error());
      return false;
    }
    commits_.fetch_add(1, std::memory_order_relaxed);
    facts_committed_.fetch_add(static_cast<std::uint64_t>(done->facts), std::memory_order_relaxed);
    {
      std::lock_guard lock(level_);
      untold_contacts_.insert(untold_contacts_.end(), done->contacts_lost.begin(), done->contacts_lost.end());
      untold_facts_ += done->facts_lost;
    }
    outlets_.committed(done->last_seq, std::move(done->contacts_lost));
    spooled(0);
    if (!done->more && commit_.empty()) break;
  }
  tell_recovered();
  return !broken_;
}

void WriterThread::run_edits() {
  for (Task& edit : edits_.take_all()) {
    if (stopping_ && out_of_time()) ++lost_.edits;
    else edit(*store_);
  }
}

bool WriterThread::may_end() const {
  if (jobs_.size() > 0 || edits_.size() > 0) return false;
  return commit_.empty() || broken_ || out_of_time();
}

void WriterThread::give_up() {
  const contacts::Unwritten left = commit_.unwritten();
  std::lock_guard lock(level_);
  lost_.contacts = left.contacts + static_cast<std::int64_t>(untold_contacts_.size());
  lost_.facts = left.facts + untold_facts_;
  if (lost_.any()) log::error("facts_lost", {{"contacts", lost_.contacts}, {"facts", lost_.facts}, {"edits", lost_.edits}, {"reason", "the disk took nothing until the end"}});
}

void WriterThread::fail(const Error& error) {
  if (!told_fatal_.exchange(true)) outlets_.fatal(error);
}

// --- what waits for the disk -------------------------------------------------------------------------------------------------

/// False: beyond the spool's room and its reserve.
bool WriterThread::count_in(std::size_t bytes) {
  std::lock_guard lock(level_);
  if (queue_bytes_ + spool_bytes_ + bytes > limits_.spool.spool_bytes + limits_.spool.reserve_bytes) return false;
  queue_bytes_ += bytes;
  tell_marks();
  return true;
}

void WriterThread::spooled(std::size_t left_queue) {
  std::lock_guard lock(level_);
  queue_bytes_ -= left_queue;
  spool_bytes_ = commit_.bytes();
  tell_marks();
}

/// With `level_` held, so that the core hears full and recovered in their order.
void WriterThread::tell_marks() {
  const std::size_t waiting = queue_bytes_ + spool_bytes_;
  if (!told_half_ && waiting * 2 >= limits_.spool.spool_bytes) {
    told_half_ = true;
    log::error("spool_half_full", {{"bytes", waiting}, {"limit", limits_.spool.spool_bytes}});
  }
  if (!told_full_ && waiting > limits_.spool.spool_bytes) {
    told_full_ = true;
    log::error("spool_full", {{"bytes", waiting}, {"action", "new contacts are refused"}});
    outlets_.tell_core(core::StoreFull{});
  }
}

void WriterThread::tell_recovered() {
  std::lock_guard lock(level_);
  if ((queue_bytes_ + spool_bytes_) * 2 >= limits_.spool.spool_bytes || commit_.spool() == Spool::full) return;
  told_half_ = false;
  if (!told_full_ && untold_facts_ == 0) return;
  told_full_ = false;
  log::warn("spool_recovered", {{"contacts_lost", untold_contacts_.size()}, {"facts_lost", untold_facts_}});
  outlets_.tell_core(core::StoreRecovered{std::exchange(untold_contacts_, {}), std::exchange(untold_facts_, 0)});
}

std::size_t WriterThread::spool_bytes() const {
  std::lock_guard lock(level_);
  return queue_bytes_ + spool_bytes_;
}

WriterThread::Spool WriterThread::spool() const {
  std::lock_guard lock(level_);
  return told_full_ ? Spool::full : told_half_ ? Spool::half_full : Spool::ok;
}

}  // namespace callwright::server
