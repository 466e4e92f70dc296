#include "agent-desktop-api/errc.hpp"

#include "agent-desktop-api/problem.hpp"

namespace callwright::desktop {
namespace {

class Category final : public std::error_category {
 public:
  const char* name() const noexcept override { return "desktop"; }
  std::string message(int code) const override { return std::string(problem_kind(static_cast<Errc>(code)).title); }
};

}  // namespace

const std::error_category& category() {
  static const Category instance;
  return instance;
}

}  // namespace callwright::desktop
