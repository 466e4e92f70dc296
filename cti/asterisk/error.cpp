#include "cti/asterisk/error.hpp"

#include <string>

namespace callwright::cti::asterisk {
namespace {

struct Category final : std::error_category {
  const char* name() const noexcept override { return "asterisk"; }
  std::string message(int value) const override {
    switch (static_cast<errc>(value)) {
      case errc::malformed: return "malformed message";
      case errc::too_big: return "message over the limit";
      case errc::refused_value: return "value refused";
      case errc::unreachable: return "Asterisk cannot be reached";
      case errc::timed_out: return "Asterisk did not answer in time";
      case errc::not_allowed: return "Asterisk refused the account";
      case errc::refused: return "Asterisk refused the request";
      case errc::unsupported: return "Asterisk's ARI cannot do this";
      case errc::bad_settings: return "the switch's settings cannot be used";
    }
    return "unknown error";
  }
};

}  // namespace

const std::error_category& category() {
  static const Category instance;
  return instance;
}

}  // namespace callwright::cti::asterisk
