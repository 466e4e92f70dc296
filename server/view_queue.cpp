#include "server/view_queue.hpp"

#include <utility>

namespace callwright::server {

ViewQueue::ViewQueue(Outlets outlets, std::size_t limit) : outlets_(std::move(outlets)), queue_("desk_views", limit) {
  queue_.on_push([this] { outlets_.post([this] { hand_over(); }); });
}

void ViewQueue::push(Batch batch) {
  if (queue_.push(std::move(batch))) return;
  // The desk may have passed its look at `lost_` for what it holds: it looks once more.
  if (!lost_.exchange(true)) outlets_.post([this] { hand_over(); });
}

void ViewQueue::hand_over() {
  for (Batch& batch : queue_.take_all()) (batch.whole ? outlets_.show_whole : outlets_.show)(std::move(batch.views));
  if (lost_.exchange(false) && !outlets_.ask_whole()) lost_ = true;  // with the next views
}

}  // namespace callwright::server
