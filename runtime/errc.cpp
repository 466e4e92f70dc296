#include "runtime/errc.hpp"

#include <string>

namespace callwright::runtime {
namespace {

class Category final : public std::error_category {
 public:
  const char* name() const noexcept override { return "runtime"; }
  std::string message(int code) const override {
    switch (static_cast<Errc>(code)) {
      case Errc::timed_out: return "timed out";
      case Errc::cancelled: return "cancelled";
      case Errc::bad_setting: return "bad setting";
      case Errc::unknown_setting: return "unknown setting";
      case Errc::bad_secret: return "secret file refused";
      case Errc::bad_certificate: return "bad certificate or key";
      case Errc::io: return "input/output failed";
    }
    return "unknown error";
  }
};

}  // namespace

const std::error_category& category() {
  static const Category instance;
  return instance;
}

}  // namespace callwright::runtime
