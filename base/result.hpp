#pragma once
#include <expected>
#include <string>
#include <system_error>
#include <utility>

namespace callwright {

/// What went wrong: an errc of the module that noticed it, and a short context for a person ("line 12: unknown key 'prot'").
struct Error {
  std::error_code code;
  std::string context;

  std::string text() const { return context.empty() ? code.message() : code.message() + ": " + context; }
};

template <class T>
using Result = std::expected<T, Error>;

inline std::unexpected<Error> fail(std::error_code code, std::string context = {}) {
  return std::unexpected(Error{code, std::move(context)});
}

}  // namespace callwright
