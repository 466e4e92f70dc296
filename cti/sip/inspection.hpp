#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cti/sip/message.hpp"

namespace callwright::cti::sip {

/// What a server takes.
struct Abilities {
  std::vector<std::string> methods;
  std::vector<std::string> schemes;        ///< of the Request-URI
  std::vector<std::string> extensions;     ///< option tags
  std::vector<std::string> content_types;  ///< of bodies
  std::vector<std::string> answers_with;   ///< what its success responses carry; empty: no body
  std::vector<std::string> hands_on;       ///< methods whose requests go on to somebody else, so that one without a hop left is of no use
};

/// Why a request that can be read is not served.
struct Objection {
  std::int32_t status = 0;
  std::string phrase;
  std::vector<std::string> list;  ///< 405: methods (Allow); 415: types (Accept); 420: option tags (Unsupported)
  bool operator==(const Objection&) const = default;
};

/// The general behaviour of a server in the order of RFC 3261, 8.2: 501 or 405 (method), 416 (scheme), 483 (hops), 420 (extensions), 415 (body), 406.
/// Nothing is asked of ACK and CANCEL but their method.
std::optional<Objection> object_to(const Message& request, const Abilities& abilities);

/// A response that went to somebody else as well: more than one Via (8.1.3.3).
bool is_stray(const Message& response);

}  // namespace callwright::cti::sip
