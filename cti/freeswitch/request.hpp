#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "base/id.hpp"
#include "base/instant.hpp"
#include "base/result.hpp"
#include "cti/model/command.hpp"
#include "journal/fact.hpp"

namespace callwright::cti::freeswitch {

/// The originate of an agent's leg, or of a customer's: then there is no offer.
struct Originate {
  std::string uuid;    ///< ours
  std::string device;  ///< `user/1001@example.org`
  std::string shown_number;
  std::string shown_name;
  ContactId contact;
  OfferId offer;
  std::int64_t epoch = 0;
  Duration timeout{};
  std::string job;  ///< ours too
};

/// The only place where a command is written; each text is one whole frame. Every function refuses (`errc::refused_value`) a value that could mean
/// something else where it arrives: control characters, blanks (they part the words of a command) and what a dial string reads as syntax. Texts that
/// a telephone shows are reduced instead (cti/link/shown.hpp): a caller chooses his own.
namespace request {

Result<std::string> sign_in(std::string_view password);
Result<std::string> sign_in(std::string_view user, std::string_view password);
/// Asks for the events that we read, and no others: one call of two says some 60 events in 290 KB to whoever asks for all.
std::string events();

// What makes a snapshot.
std::string core_uuid();
std::string clock();
std::string status();
std::string channels();
std::string bridged_calls();
std::string queues();
std::string queue_agents();
Result<std::string> queue_members(std::string_view queue);
/// The channel variable `callwright_entry`; `_undef_` if it has none, `-ERR No such channel!` if there is none.
Result<std::string> entry_of(std::string_view uuid);

// Control.
Result<std::string> answer(std::string_view uuid);
Result<std::string> music(std::string_view uuid, std::string_view path);
Result<std::string> forget_entry(std::string_view uuid);
Result<std::string> bridge(std::string_view one, std::string_view two);
Result<std::string> hold(std::string_view uuid);
Result<std::string> retrieve(std::string_view uuid);
Result<std::string> kill(std::string_view uuid, journal::Cause cause);
Result<std::string> transfer(std::string_view uuid, std::string_view extension, std::string_view context);
Result<std::string> dtmf(std::string_view uuid, std::string_view digits);
Result<std::string> originate(const Originate& originate);
Result<std::string> set_global(std::string_view name, std::int64_t value);

// Of a session that FreeSWITCH opened to us.
std::string connect();
std::string linger(std::int32_t seconds);

}  // namespace request

/// Our name of a job: `cw-GROUP-SEQ-N-EPOCH` of the command.
std::string job_name(const model::CommandId& command, std::int64_t epoch);

}  // namespace callwright::cti::freeswitch
