#pragma once
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "base/id.hpp"
#include "base/instant.hpp"
#include "journal/fact.hpp"

/// What the core asks of a switch. The event that follows changes state, never the reply.
///
/// A link that cannot do one of these answers `unsupported` (counted) and never sends it. Every text here has passed no
/// check yet: a link's codec refuses control and dialplan characters before anything leaves.
namespace callwright::cti::model {

/// Let the caller wait: answered, with music.
struct Park {
  std::string native_id;
  bool operator==(const Park&) const = default;
};
/// Ring an agent's device for a contact. The new channel carries (contact, offer, epoch).
struct Ring {
  std::string device;
  std::string caller_native_id;  ///< empty: nobody waits, he is to be called
  std::string shown_number;
  std::string shown_name;
  OfferId offer;
  Duration timeout{};
  bool operator==(const Ring&) const = default;
};
/// Make the ringing device answer (only where the switch can: capability `answer`).
struct Answer {
  std::string native_id;
  bool operator==(const Answer&) const = default;
};
/// Give both a talk path.
struct Bridge {
  std::string customer_native_id;
  std::string agent_native_id;
  bool operator==(const Bridge&) const = default;
};
struct Hold {
  std::string customer_native_id;
  std::string agent_native_id;
  bool operator==(const Hold&) const = default;
};
struct Retrieve {
  std::string customer_native_id;
  std::string agent_native_id;
  bool operator==(const Retrieve&) const = default;
};
struct End {
  std::string native_id;
  journal::Cause cause = journal::Cause::normal;
  bool operator==(const End&) const = default;
};
/// Hand the caller back to the switch's own fallback.
struct Release {
  std::string native_id;
  bool operator==(const Release&) const = default;
};
struct Dtmf {
  std::string native_id;
  std::string digits;
  bool operator==(const Dtmf&) const = default;
};

/// One part of what a caller hears. Each switch says it in its own words.
struct Prompt {
  enum class What : std::uint8_t {
    media = 1,  ///< a recording, by the switch's name of it
    number,     ///< a number alone
    wait,       ///< how long he will wait about, whole minutes
    position,   ///< which place in the queue he has; 1: the next one
  };
  What what = What::media;
  std::string media;
  std::int64_t number = 0;  ///< for `number` and `position`
  Duration duration{};      ///< for `wait`
  bool operator==(const Prompt&) const = default;
};
/// Play this to a caller who waits, part by part. It ends early if he is bridged, released or hung up on: a playback keeps nobody. Its end comes as
/// `PlaybackEnded`.
struct Play {
  std::string native_id;
  std::vector<Prompt> prompts;
  std::string language;  ///< "zh", "en-GB"; empty: the switch's own
  bool urgent = false;   ///< ends what plays; otherwise it is left out while something does
  bool operator==(const Play&) const = default;
};

/// Call a customer. The new leg is a trunk's, outbound, and carries (contact, epoch) and no offer.
struct Dial {
  std::string device;  ///< how, as the centre document has it (journal::Switch::dial)
  std::string to;      ///< E.164
  std::string shown_number;  ///< E.164; empty: the trunk's own
  Duration timeout{};  ///< how long his phone rings
  bool operator==(const Dial&) const = default;
};

using CommandBody = std::variant<Park, Ring, Answer, Bridge, Hold, Retrieve, End, Release, Dtmf, Play, Dial>;

/// (group, seq, n): `seq` is the fact whose commit lets the command go.
struct CommandId {
  std::int32_t group = 1;
  std::int64_t seq = 0;
  std::int32_t n = 0;
  auto operator<=>(const CommandId&) const = default;
};

struct Command {
  CommandId id;
  SwitchId switch_id;
  ContactId contact;
  std::int64_t epoch = 0;  ///< ours
  Instant deadline;        ///< not sent after this
  CommandBody body;
  bool operator==(const Command&) const = default;
};

/// What a link says it can do; a command outside this set is never sent.
struct Capabilities {
  bool observe = false;
  bool control = false;  ///< hold, retrieve, end, dtmf
  bool route = false;    ///< park, ring, bridge, release
  bool answer = false;
  bool play = false;
  bool dial = false;
  bool operator==(const Capabilities&) const = default;
};

}  // namespace callwright::cti::model
