#include "cti/sip/networks.hpp"

#include <arpa/inet.h>

#include <algorithm>

#include "cti/sip/error.hpp"
#include "cti/sip/grammar.hpp"

namespace callwright::cti::sip {
namespace {

using Bits = std::array<std::uint8_t, 16>;

std::optional<Bits> bits_of(std::string_view text) {
  const std::string address(text);
  Bits bits{};
  if (inet_pton(AF_INET6, address.c_str(), bits.data()) == 1) return bits;
  bits[10] = bits[11] = 0xFF;
  if (inet_pton(AF_INET, address.c_str(), bits.data() + 12) == 1) return bits;
  return {};
}

}  // namespace

Result<Networks> Networks::read(std::span<const std::string> texts) {
  Networks made;
  for (const std::string& text : texts) {
    const std::size_t slash = text.find('/');
    const auto bits = bits_of(std::string_view(text).substr(0, slash));
    const bool ipv4 = text.find(':') == text.npos;
    const std::uint32_t most = ipv4 ? 32 : 128;
    const auto length = slash == text.npos ? std::optional(most) : grammar::number(std::string_view(text).substr(slash + 1), most);
    if (!bits || !length) return fail(errc::bad_settings, "'" + text + "' is no network such as 10.0.0.0/8");
    made.all_.push_back({*bits, static_cast<int>(*length) + (ipv4 ? 96 : 0)});
  }
  return made;
}

bool Networks::hold(std::string_view address) const {
  const auto bits = bits_of(address);
  return bits && std::ranges::any_of(all_, [&](const Network& network) {
           for (int bit = 0; bit < network.length; bit += 8) {
             const int left = std::min(8, network.length - bit);
             const auto mask = static_cast<std::uint8_t>(0xFF << (8 - left));
             if (((*bits)[static_cast<std::size_t>(bit / 8)] ^ network.bits[static_cast<std::size_t>(bit / 8)]) & mask) return false;
           }
           return true;
         });
}

}  // namespace callwright::cti::sip
