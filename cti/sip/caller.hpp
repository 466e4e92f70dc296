#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/instant.hpp"
#include "cti/model/switch_event.hpp"
#include "cti/sip/message.hpp"
#include "cti/sip/settings.hpp"
#include "cti/sip/transactions.hpp"

namespace callwright::cti::sip {

/// Where a caller was sent, and what is to be seen of him there.
struct SentOn {
  model::LegCreated leg;  ///< the agent's, by the name that the Ring gave it
  Instant at;
  Instant until;                                           ///< with nothing to be seen at the device until then he is gone
  std::string dialog;                                      ///< at the device, once one is his
  journal::LegState state = journal::LegState::initiated;  ///< of the agent's leg
  std::string bridge;                                      ///< once they have talked
};

/// Who has called us and has no final answer yet, or has been sent to an agent and is followed there.
struct Caller {
  std::string id;  ///< of his leg: our tag, so that it stands in every trace
  Transactions::Id invite = 0;
  model::LegCreated leg;
  std::string entry;         ///< the number dialled
  std::string contact_user;  ///< the same as it stood in the Request-URI
  std::string call_id;
  std::vector<std::pair<std::string, std::string>> data;

  bool queued = false;  ///< has been told 182
  std::int64_t position = 0;
  Duration wait{};
  std::optional<Instant> again_at;  ///< 182 is due
  std::optional<Instant> until;     ///< his INVITE is of no use any more (its Expires, RFC 3261, 13.3.1)

  std::optional<SentOn> sent;
};

/// What an INVITE says of its caller. `believed`: its sender may say who calls (P-Asserted-Identity, RFC 3325).
Caller read_caller(const Message& invite, const Flow& from, bool believed, const Settings& settings);

/// What 182 says.
std::string queued_phrase(const Caller& caller);

}  // namespace callwright::cti::sip
