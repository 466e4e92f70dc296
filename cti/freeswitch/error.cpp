#include "cti/freeswitch/error.hpp"

#include <string>

namespace callwright::cti::freeswitch {
namespace {

struct Category final : std::error_category {
  const char* name() const noexcept override { return "freeswitch"; }
  std::string message(int value) const override {
    switch (static_cast<errc>(value)) {
      case errc::malformed: return "malformed message";
      case errc::too_big: return "message over the limit";
      case errc::refused_value: return "value refused";
      case errc::unsupported: return "FreeSWITCH's event socket cannot do this";
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

}  // namespace callwright::cti::freeswitch
