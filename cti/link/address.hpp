#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace callwright::cti::link {

/// Where a switch listens.
struct Address {
  std::string host = "127.0.0.1";
  std::uint16_t port = 0;
  bool tls = false;
  bool operator==(const Address&) const = default;
};

/// The words of a protocol in an address: `ami://pbx.example:5038`, `amis://pbx.example`.
struct Scheme {
  std::string_view plain;
  std::uint16_t plain_port = 0;
  std::string_view tls;  ///< empty: the protocol has none
  std::uint16_t tls_port = 0;
};

/// Errors: `std::errc::invalid_argument` with what is wrong, in words for who wrote it. A path, a query or an account in it is refused.
Result<Address> read_address(const std::string& text, const Scheme& scheme);

}  // namespace callwright::cti::link
