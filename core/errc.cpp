#include "core/views/request.hpp"

namespace callwright::core {

namespace {

class Category final : public std::error_category {
 public:
  const char* name() const noexcept override { return "core"; }
  std::string message(int value) const override {
    switch (static_cast<Errc>(value)) {
      case Errc::unknown_agent: return "no such agent";
      case Errc::unknown_contact: return "no such contact, or it is over";
      case Errc::not_yours: return "the contact is not with this agent";
      case Errc::wrong_state: return "not possible in the present state";
      case Errc::unknown_reason: return "no such pause reason";
      case Errc::unknown_disposition: return "no such disposition in this queue";
      case Errc::unsupported: return "this switch cannot do that: use the phone";
      case Errc::draining: return "the server is stopping";
      case Errc::store_full: return "the disk is full: try again later";
      case Errc::too_long: return "the text is too long";
      case Errc::contact_lost: return "this contact was lost while the disk was full: nothing about it can be kept";
      case Errc::not_waiting: return "the contact waits in no queue";
      case Errc::unknown_queue: return "no such queue";
      case Errc::agent_not_free: return "the agent is not ready, or his phone is not free";
      case Errc::out_of_range: return "out of range";
      case Errc::callback_refused: return "no callback is possible";
      case Errc::callback_owed: return "a callback is owed already";
      case Errc::queue_closed: return "the queue is closed at that time";
      case Errc::no_callback: return "no callback is owed";
      case Errc::too_many: return "too many contacts are open";
      case Errc::observed: return "its switch decides that";
    }
    return "unknown error";
  }
};

}  // namespace

const std::error_category& category() {
  static const Category instance;
  return instance;
}

}  // namespace callwright::core
