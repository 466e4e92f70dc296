// Arbitrary bytes to the server's machine and to the switch's peer, in pieces: whatever comes, both end at most once, emit whole events
// in order, and the same bytes in one piece give the same end.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "cti/feed/machine.hpp"
#include "cti/feed/peer.hpp"

namespace {

using namespace callwright;
using namespace callwright::cti;

constexpr Instant kNow{1'800'000'000'000'000};

void require(bool holds) {
  if (!holds) std::abort();
}

feed::Machine::Actions to_machine(std::string_view bytes, std::size_t piece) {
  feed::Counters counters;
  feed::Machine machine({.connection = "1.1",
                         .epoch = 1,
                         .accepting = true,
                         .admit = [](const feed::Hello&) { return feed::Admission{.reason = {}}; },
                         .counters = &counters},
                        kNow);
  feed::Machine::Actions all;
  while (!bytes.empty()) {
    for (auto& action : machine.on_bytes(bytes.substr(0, piece), kNow)) all.push_back(std::move(action));
    bytes.remove_prefix(std::min(piece, bytes.size()));
  }
  for (auto& action : machine.on_disconnected(kNow)) all.push_back(std::move(action));
  return all;
}

void check(const feed::Machine::Actions& actions) {
  std::int64_t last = 0;
  int opened = 0, lost = 0, closed = 0;
  for (const auto& action : actions) {
    require(closed == 0);
    closed += std::holds_alternative<feed::Machine::Close>(action);
    const auto* emit = std::get_if<feed::Machine::Emit>(&action);
    if (!emit) continue;
    opened += std::holds_alternative<model::LinkOpened>(emit->event.body);
    lost += std::holds_alternative<model::LinkLost>(emit->event.body);
    if (emit->seq == 0) continue;
    require(emit->seq > last);
    last = emit->seq;
  }
  require(closed == 1 && opened == lost && opened <= 1);
}

void to_peer(std::string_view bytes, std::size_t piece) {
  feed::Peer peer({.name = "north", .token = "t", .capabilities = {"park"}, .boot_epoch = 1, .product = {}});
  peer.publish(model::RouteAsked{"c1", "4001"}, kNow, kNow);
  peer.on_connected(kNow);
  while (!bytes.empty()) {
    for (const auto& action : peer.on_bytes(bytes.substr(0, piece), kNow))
      if (std::holds_alternative<feed::Peer::TakeSnapshot>(action)) peer.snapshot({}, kNow);
    bytes.remove_prefix(std::min(piece, bytes.size()));
  }
  require(peer.unacked() <= static_cast<std::size_t>(peer.last_seq()));
}

}  // namespace

/// The first byte says in what pieces the rest arrives, its highest bit to whom.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::size_t piece = 1 + (data[0] & 0x7F);
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (data[0] & 0x80) {
    to_peer(bytes, piece);
  } else {
    const auto actions = to_machine(bytes, piece);
    check(actions);
    require(actions == to_machine(bytes, size));
  }
  return 0;
}
