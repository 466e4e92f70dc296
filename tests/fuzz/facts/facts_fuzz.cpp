// Arbitrary bytes as a stored fact: what decodes is written again in a form that decodes to the same fact.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "journal/wire/fact_codec.hpp"

/// Two bytes are the kind, one the version, two the length of the body (all little-endian); the rest is body and secret.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace callwright::journal;
  if (size < 5) return 0;
  const auto kind = static_cast<std::uint16_t>(data[0] | data[1] << 8);
  const std::string_view rest(reinterpret_cast<const char*>(data) + 5, size - 5);
  const std::size_t body = std::min<std::size_t>(static_cast<std::size_t>(data[3] | data[4] << 8), rest.size());
  const auto fact = wire::decode(kind, data[2], rest.substr(0, body), rest.substr(body));
  if (!fact) return 0;
  const wire::Encoded again = wire::encode(*fact);
  const auto same = wire::decode(again.kind, again.version, again.body, again.secret);
  if (!same || *same != *fact || wire::encode(*same) != again) std::abort();
  return 0;
}
