#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/instant.hpp"
#include "cti/sip/transactions.hpp"

namespace callwright::cti::sip {

/// Where callers' switches reach us, whom we believe, and whom we send callers to.
struct Settings {
  std::string host = "127.0.0.1";  ///< an address or name under which they reach us: stands in Contact and Via
  std::uint16_t port = 5060;
  std::string domain;    ///< of a device that is named by its number alone: `1001` is `sip:1001@domain`
  std::string fallback;  ///< a URI where callers go whom we do not take; without a user the number that they dialled is put there. Empty: 480

  std::vector<std::string>
      trusted;  ///< networks (`10.0.0.0/8`, `2001:db8::/32`, `192.0.2.1`) whose callers need no password and whose word on who calls counts
  std::map<std::string, std::string> accounts;  ///< of others: user name and password
  std::string realm = "callwright";
  std::string nonce_secret;  ///< random; new with each start

  bool watch = true;           ///< subscribe to the dialogs and the presence of agents' devices: what happens after a 302 nobody tells otherwise
  std::string watch_through;   ///< URI of the server that knows the devices (`sip:10.0.0.1;transport=tcp`); empty: each device's own host
  std::string watch_username;  ///< with which we answer its 401 and 407
  std::string watch_password;
  std::uint32_t watch_expires = 3'600;  ///< s
  /// Callers are sent to devices that nobody watches, too, and are out of our hands from then on.
  bool blind = false;
  std::vector<std::string> data_headers;  ///< headers of an INVITE that are attached to its contact, such as `User-to-User`
  bool tell_position = true;              ///< the phrase of 182 says what the queue would announce of position and wait

  // Limits; the defaults serve everybody.
  std::size_t callers = 10'000;                      ///< that wait at once; more are told 503
  std::uint32_t retry_after = 10;                    ///< s
  Duration queued_every = std::chrono::seconds(60);  ///< 182 again: a proxy gives up after three minutes of silence (RFC 3261, 16.6, timer C)
  Transactions::Timers timers;
};

}  // namespace callwright::cti::sip
