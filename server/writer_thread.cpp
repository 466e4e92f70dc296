#include "server/writer_thread.hpp"

#include <utility>

#include "base/overloaded.hpp"
#include "contacts/error.hpp"

namespace callwright::server {

namespace {
constexpr Duration kIdleTurn = std::chrono::seconds(1);
}  // namespace

WriterThread::WriterThread(std::unique_ptr<contacts::Store> store, Outlets outlets, Patience patience)
    : store_(std::move(store)), commit_(store_->journal()), outlets_(std::move(outlets)), patience_(patience) {}

WriterThread::~WriterThread() { stop(); }

void WriterThread::facts(std::vector<journal::Fact> facts) {
  if (!facts.empty() && !jobs_.push(Step{std::move(facts)}))
    outlets_.fatal(Error{contacts::Errc::broken, "the writer's queue is full: the disk does not keep up"});
}

void WriterThread::checkpoint(std::vector<journal::Fact> facts) { (void)jobs_.push(Checkpoint{std::move(facts)}); }

bool WriterThread::edit(Task task) { return edits_.push(std::move(task)) && jobs_.push(Task{[](contacts::Store&) {}}); }

void WriterThread::start() {
  thread_ = std::thread([this] { run(); });
}

std::size_t WriterThread::stop() {
  stopping_ = true;
  jobs_.close();
  edits_.close();
  if (thread_.joinable()) thread_.join();
  return commit_.facts();
}

void WriterThread::run() {
  bool retry = false;
  int stop_tries = 0;
  for (;;) {
    if (retry && stopping_) std::this_thread::sleep_for(patience_.retry_after);  // a closed queue waits for nothing
    for (auto& job : jobs_.wait_take_all(retry ? patience_.retry_after : kIdleTurn)) take(std::move(job));
    retry = !flush();
    for (auto& edit : edits_.take_all()) edit(*store_);
    spool_bytes_.store(commit_.bytes(), std::memory_order_relaxed);
    if (stopping_ && jobs_.size() == 0 && (commit_.empty() || ++stop_tries > patience_.stop_tries)) return;
  }
}

void WriterThread::take(Job job) {
  std::visit(Overloaded{
                 [&](Step& step) {
                   if (commit_.add(std::move(step.facts)) == contacts::GroupCommit::Spool::full && !told_full_) {
                     told_full_ = true;
                     outlets_.tell_core(core::StoreFull{});
                   }
                 },
                 [&](Checkpoint& checkpoint) { commit_.add_checkpoint(std::move(checkpoint.facts)); },
                 [&](Task& task) { task(*store_); },
             },
             job);
}

bool WriterThread::flush() {
  while (!commit_.empty()) {
    auto done = commit_.flush();
    if (!done) {
      if (done.error().code == contacts::Errc::disk_full || done.error().code == contacts::Errc::busy) return false;
      outlets_.fatal(done.error());
      return false;
    }
    commits_.fetch_add(1, std::memory_order_relaxed);
    facts_committed_.fetch_add(static_cast<std::uint64_t>(done->facts), std::memory_order_relaxed);
    outlets_.committed(done->last_seq);
    if (done->recovered) {
      told_full_ = false;
      outlets_.tell_core(core::StoreRecovered{done->contacts_lost, done->facts_lost});
    }
    if (!done->more && commit_.empty()) break;
  }
  return true;
}

}  // namespace callwright::server
