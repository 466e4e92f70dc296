#include "cti/feed/errc.hpp"

#include <string>

namespace callwright::cti::feed {
namespace {

class Category final : public std::error_category {
 public:
  const char* name() const noexcept override { return "feed"; }
  std::string message(int value) const override {
    switch (static_cast<Errc>(value)) {
      case Errc::oversized: return "frame or snapshot above its limit";
      case Errc::malformed: return "malformed frame";
      case Errc::out_of_order: return "frame may not stand here";
      case Errc::gap: return "a sequence number is missing";
      case Errc::silent: return "nothing was received in time";
      case Errc::overloaded: return "inbound limit reached";
      case Errc::replaced: return "replaced by a newer connection";
      case Errc::stopping: return "shutting down";
      case Errc::refused: return "refused";
      case Errc::disconnected: return "connection lost";
      case Errc::not_connected: return "switch not connected";
      case Errc::not_declared: return "command not declared by the switch";
      case Errc::deadline_passed: return "command too late";
      case Errc::refused_value: return "value with forbidden characters";
    }
    return "unknown feed error";
  }
};

}  // namespace

const std::error_category& category() {
  static const Category instance;
  return instance;
}

}  // namespace callwright::cti::feed
