// What lives on the switch, to the wire and back: in parts far below a frame's limit.
#include "callwright/feed/v1/feed.pb.h"
#include "cti/feed/codec.hpp"
#include "cti/feed/codec_parts.hpp"
#include "cti/feed/frame.hpp"

namespace callwright::cti::feed {
namespace {

namespace wire = ::callwright::feed::v1;

constexpr std::size_t kPartLegs = 512;  // or agents
constexpr std::size_t kPartBytes = 256 * 1024;  // and a leg has at most 6 x 64 KiB of text: far below a frame

void put_leg(const model::SnapshotLeg& from, wire::SnapshotLeg& to) {
  feed::put(from.leg, *to.mutable_leg());
  to.set_state(static_cast<wire::LegState>(number_of(from.state)));
  to.set_bridge(id_text(from.bridge));
  to.set_asks_route(from.asks_route);
  to.set_entry(text(from.entry));
  to.set_queue(id_text(from.queue));
}

model::SnapshotLeg get_leg(const wire::SnapshotLeg& from, Checks& check) {
  return {.leg = get(from.leg(), check),
          .state = check.state("snapshot_leg.state", from.state()),
          .bridge = check.optional_id("snapshot_leg.bridge", from.bridge()),
          .asks_route = from.asks_route(),
          .entry = check.text("snapshot_leg.entry", from.entry()),
          .queue = check.optional_id("snapshot_leg.queue", from.queue())};
}

}  // namespace

void put(const SnapshotItems& from, wire::SnapshotItems& to) {
  for (const model::SnapshotLeg& leg : from.legs) put_leg(leg, *to.add_legs());
  for (const model::QueueAgentSeen& agent : from.agents) put(agent, *to.add_agents());
}

SnapshotItems get(const wire::SnapshotItems& from, Checks& check) {
  SnapshotItems items;
  items.legs.reserve(static_cast<std::size_t>(from.legs_size()));
  for (const wire::SnapshotLeg& leg : from.legs()) items.legs.push_back(get_leg(leg, check));
  items.agents.reserve(static_cast<std::size_t>(from.agents_size()));
  for (const wire::QueueAgentSeen& agent : from.agents()) items.agents.push_back(get(agent, check));
  return items;
}

std::vector<std::string> encode_snapshot(std::int64_t seq, Instant switch_at, const model::Snapshot& snapshot) {
  std::vector<std::string> frames{encode(SwitchMessage{SnapshotBegin{.seq = seq, .switch_at = switch_at}})};
  wire::SwitchFrame part;
  std::size_t bytes = 0;
  const auto flush = [&] {
    if (part.snapshot_items().legs_size() == 0 && part.snapshot_items().agents_size() == 0) return;
    frames.push_back(frame(part.SerializeAsString()));
    part.Clear();
    bytes = 0;
  };
  for (const model::SnapshotLeg& leg : snapshot.legs) {
    wire::SnapshotLeg& to = *part.mutable_snapshot_items()->add_legs();
    put_leg(leg, to);
    bytes += to.ByteSizeLong();
    if (bytes >= kPartBytes || part.snapshot_items().legs_size() >= static_cast<int>(kPartLegs)) flush();
  }
  flush();
  for (const model::QueueAgentSeen& agent : snapshot.agents) {
    wire::QueueAgentSeen& to = *part.mutable_snapshot_items()->add_agents();
    put(agent, to);
    bytes += to.ByteSizeLong();
    if (bytes >= kPartBytes || part.snapshot_items().agents_size() >= static_cast<int>(kPartLegs)) flush();
  }
  flush();
  frames.push_back(encode(SwitchMessage{SnapshotEnd{.legs = static_cast<std::uint32_t>(snapshot.legs.size()),
                                                    .agents = static_cast<std::uint32_t>(snapshot.agents.size())}}));
  return frames;
}

}  // namespace callwright::cti::feed
