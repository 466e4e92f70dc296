#include "cti/csta/error.hpp"

#include <string>

namespace callwright::cti::csta {
namespace {

struct Category final : std::error_category {
  const char* name() const noexcept override { return "csta"; }
  std::string message(int value) const override {
    switch (static_cast<errc>(value)) {
      case errc::malformed: return "malformed";
      case errc::too_big: return "over the limit";
      case errc::refused_value: return "value refused";
    }
    return "unknown error";
  }
};

}  // namespace

const std::error_category& category() {
  static const Category instance;
  return instance;
}

}  // namespace callwright::cti::csta
