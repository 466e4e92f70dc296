// Written contacts: the system that has the conversations, its customers, and agents' work on them.
#include "sim/centre.hpp"
#include "sim/process.hpp"

namespace callwright::sim {

using namespace std::chrono_literals;

namespace {

constexpr Duration kGoneLimit = 90s;  ///< a minute, and what a full core queue may take

}  // namespace

/// The system opens a contact for him, as long as it must ask for it. Now and then it names a queue that is not there.
void World::customer_writes() {
  core::OpenContact wanted;
  wanted.channel = journal::kChannels[1 + dice_.below(journal::kChannels.size() - 1)];
  wanted.queue = dice_.chance(0.02) ? QueueId{"nowhere"} : centre_->queues[dice_.below(centre_->queues.size())].id;
  wanted.identity = some_writer(wanted.channel, dice_);
  if (dice_.chance(0.5)) wanted.name = "Writer";
  wanted.url = "https://desk.example.com/" + std::to_string(next_request_ + 1);
  if (dice_.chance(0.5)) wanted.attributes = {{"topic", "boiler"}};
  ask(kWrittenSystem, {}, std::move(wanted));
}

/// It is told that its request is done, perhaps again.
void World::system_hears(const core::Request& request, ContactId contact) {
  if (!std::holds_alternative<core::OpenContact>(request.body) || !patient_.insert(contact).second) return;
  ++outcome_.written;
  const Duration patience = dice_.chance(0.4) ? Duration{static_cast<std::int64_t>(dice_.exponential(30e6))} : between(3min, 8min);
  after(patience, [this, contact] { customer_leaves(contact); });
}

/// Whether anybody has seen to him or not; until it is over, for a server that stops or whose store is full may refuse.
void World::customer_leaves(ContactId contact) {
  ask(kWrittenSystem, {}, core::CloseContact{contact});
  after(1min, [this, contact] {
    if (written_.contains(contact)) customer_leaves(contact);
  });
}

void World::work_on_written(const AgentId& id) {
  const auto all = seen_[id].written;
  for (const auto& [contact, one] : all) {
    using enum core::ContactState;
    if (one.state == offered && one.offer) {
      if (dice_.chance(0.6)) ask(id, core::AcceptOffer{one.offer});
      else if (dice_.chance(0.3)) ask(id, core::RefuseOffer{one.offer});
    }
    if (one.state == talking) {
      if (dice_.chance(0.3)) ask(id, core::WriteNote{contact, "n" + std::to_string(next_request_), "note " + std::to_string(dice_.below(1000))});
      if (dice_.chance(0.02)) ask(id, core::HoldContact{contact});
      if (dice_.chance(0.25)) ask(id, core::EndContact{contact});
    }
    if (one.state == wrap_up) {
      ask(id, core::SetDisposition{contact, "solved", dice_.chance(0.7)});
      if (dice_.chance(0.5)) ask(id, core::EndWrapUp{contact});
      else if (dice_.chance(0.2)) ask(id, core::ExtendWrapUp{contact});
    }
  }
}

/// Whose page is gone for longer than a minute works on nothing: the conversation was in it.
void World::check_absent() {
  if (failed_ || !server_ || !server_->ready || now_ < server_->started_at + kGoneLimit) return;
  for (const auto& [id, seen] : seen_)
    if (seen.gone_at && now_ > *seen.gone_at + kGoneLimit && server_->witness.works_on_written(id))
      fail("agent " + id.value + " has no page and still has a written contact");
}

}  // namespace callwright::sim
