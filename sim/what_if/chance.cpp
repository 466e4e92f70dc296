#include "sim/what_if/chance.hpp"

#include "base/digest.hpp"

namespace callwright::sim::what_if {
namespace {

constexpr std::uint32_t kMultiplyFirst = 0xD2511F53, kMultiplyThird = 0xCD9E8D57;
constexpr std::uint32_t kWeylFirst = 0x9E3779B9, kWeylSecond = 0xBB67AE85;
constexpr int kRounds = 10;

/// The middle of one of 2^52 equal parts of (0, 1), so that its distance from 1 is exact too.
double open_unit(std::uint32_t high, std::uint32_t low) {
  const std::uint64_t bits = (static_cast<std::uint64_t>(high) << 32 | low) >> 12;
  return (static_cast<double>(bits) + 0.5) * 0x1p-52;
}

}  // namespace

std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> counter, std::array<std::uint32_t, 2> key) {
  for (int round = 0; round < kRounds; ++round) {
    const std::uint64_t first = static_cast<std::uint64_t>(kMultiplyFirst) * counter[0];
    const std::uint64_t third = static_cast<std::uint64_t>(kMultiplyThird) * counter[2];
    counter = {static_cast<std::uint32_t>(third >> 32) ^ counter[1] ^ key[0], static_cast<std::uint32_t>(third),
               static_cast<std::uint32_t>(first >> 32) ^ counter[3] ^ key[1], static_cast<std::uint32_t>(first)};
    key[0] += kWeylFirst;
    key[1] += kWeylSecond;
  }
  return counter;
}

Uniforms Chance::at(Purpose purpose, std::uint32_t stream, std::uint64_t index, std::uint8_t turn) const {
  const std::uint32_t what = replication_ << 16 | static_cast<std::uint32_t>(purpose) << 8 | turn;
  const auto words = philox({static_cast<std::uint32_t>(index), static_cast<std::uint32_t>(index >> 32), stream, what},
                            {static_cast<std::uint32_t>(seed_), static_cast<std::uint32_t>(seed_ >> 32)});
  return {open_unit(words[0], words[1]), open_unit(words[2], words[3])};
}

std::uint32_t stream_of(std::string_view name) {
  const std::uint64_t digest = Digest().add(name).value();
  return static_cast<std::uint32_t>(digest ^ digest >> 32);
}

}  // namespace callwright::sim::what_if
