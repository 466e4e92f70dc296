#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.hpp"
#include "cti/feed/message.hpp"

namespace callwright::feed::v1 {
class Command;
class Event;
class LegCreated;
class QueueAgentSeen;
class QueueJoined;
class QueueLeft;
class QueueOffered;
class QueueOfferEnded;
class SnapshotItems;
}  // namespace callwright::feed::v1

/// What the files of the codec share: codec.cpp has frames and the handshake, codec_events.cpp what happens, codec_queues.cpp what the switch's own
/// queues do, codec_snapshot.cpp what lives, codec_commands.cpp what we ask for. `put` writes a value into its message and is total; `get` reads one and names
/// the first field that breaks its rule.
namespace callwright::cti::feed {

/// Collects the first rule that a message breaks; the value read meanwhile is not used then.
class Checks {
 public:
  std::string id(std::string_view field, const std::string& value);
  std::string optional_id(std::string_view field, const std::string& value) { return value.empty() ? value : id(field, value); }
  std::string text(std::string_view field, const std::string& value);
  std::int64_t positive(std::string_view field, std::int64_t value);
  std::int64_t seq(std::string_view field, std::int64_t value);
  std::int64_t not_negative(std::string_view field, std::int64_t value);
  journal::LegState state(std::string_view field, int value);
  void broken(std::string_view field) {
    if (field_.empty()) field_ = field;
  }

  template <class T>
  Result<T> done(T value) const {
    if (field_.empty()) return value;
    return fail(Errc::malformed, field_);
  }

 private:
  std::string field_;
};

/// Text as it may leave: valid UTF-8, cut to its limit.
std::string text(std::string_view from);
std::string id_text(std::string_view from);

int number_of(journal::LegState state);
journal::Cause cause_of(int number);

void put(const model::LegCreated& from, ::callwright::feed::v1::LegCreated& to);
model::LegCreated get(const ::callwright::feed::v1::LegCreated& from, Checks& check);

void put(const model::QueueJoined& from, ::callwright::feed::v1::QueueJoined& to);
void put(const model::QueueLeft& from, ::callwright::feed::v1::QueueLeft& to);
void put(const model::QueueOffered& from, ::callwright::feed::v1::QueueOffered& to);
void put(const model::QueueOfferEnded& from, ::callwright::feed::v1::QueueOfferEnded& to);
void put(const model::QueueAgentSeen& from, ::callwright::feed::v1::QueueAgentSeen& to);
model::QueueJoined get(const ::callwright::feed::v1::QueueJoined& from, Checks& check);
model::QueueLeft get(const ::callwright::feed::v1::QueueLeft& from, Checks& check);
model::QueueOffered get(const ::callwright::feed::v1::QueueOffered& from, Checks& check);
model::QueueOfferEnded get(const ::callwright::feed::v1::QueueOfferEnded& from, Checks& check);
model::QueueAgentSeen get(const ::callwright::feed::v1::QueueAgentSeen& from, Checks& check);

void put(const model::SwitchEventBody& from, ::callwright::feed::v1::Event& to);
/// Empty for a kind that we do not know, and for one that only holds its number.
std::optional<model::SwitchEventBody> get(const ::callwright::feed::v1::Event& from, Checks& check);

void put(const SnapshotItems& from, ::callwright::feed::v1::SnapshotItems& to);
SnapshotItems get(const ::callwright::feed::v1::SnapshotItems& from, Checks& check);

void put(const model::CommandBody& from, ::callwright::feed::v1::Command& to);
/// Empty for a command that this side does not execute.
std::optional<model::CommandBody> get(const ::callwright::feed::v1::Command& from, Checks& check);

}  // namespace callwright::cti::feed
