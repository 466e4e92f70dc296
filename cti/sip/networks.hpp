#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace callwright::cti::sip {

/// A list of networks: `10.0.0.0/8`, `2001:db8::/32`, or one address.
class Networks {
 public:
  /// Errors: `errc::bad_settings` with what is no network.
  static Result<Networks> read(std::span<const std::string> texts);
  /// An address in words; one that is none lies in no network.
  bool hold(std::string_view address) const;

 private:
  struct Network {
    std::array<std::uint8_t, 16> bits{};  ///< IPv4 as ::ffff:0:0/96
    int length = 0;
  };
  std::vector<Network> all_;
};

}  // namespace callwright::cti::sip
