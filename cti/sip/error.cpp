#include "cti/sip/error.hpp"

#include <string>

namespace callwright::cti::sip {
namespace {

struct Category final : std::error_category {
  const char* name() const noexcept override { return "sip"; }
  std::string message(int value) const override {
    switch (static_cast<errc>(value)) {
      case errc::malformed: return "malformed";
      case errc::too_big: return "over the limit";
      case errc::refused_value: return "value refused";
      case errc::bad_settings: return "the switch's settings cannot be used";
      case errc::unreachable: return "cannot be reached";
    }
    return "unknown error";
  }
};

}  // namespace

const std::error_category& category() {
  static const Category instance;
  return instance;
}

}  // namespace callwright::cti::sip
