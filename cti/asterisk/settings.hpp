#pragma once
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "base/id.hpp"
#include "base/instant.hpp"
#include "base/result.hpp"
#include "journal/centre.hpp"

namespace callwright::cti::asterisk {

/// How to reach one Asterisk and who we are there.
struct Settings {
  SwitchId switch_id;
  std::string host = "127.0.0.1";
  std::uint16_t port = 8088;
  bool tls = false;
  std::string base_path = "/ari";
  std::string username;
  std::string password;
  std::string app = "callwright";
  std::string fallback_context = "fallback";
  std::string dial;                  ///< journal::Switch::dial; empty: no customer can be called
  std::int64_t epoch = 0;            ///< our start counter: makes the names of connections unique for ever
  std::vector<std::string> devices;  ///< the agents' devices on this switch, watched for use and reach

  // Limits; the defaults serve everybody.
  Duration request_limit = std::chrono::seconds(3);      ///< a REST answer that takes longer ends the connection
  Duration snapshot_limit = std::chrono::seconds(10);
  Duration trial_limit = std::chrono::milliseconds(500); ///< for the first answer over the WebSocket; without one requests go over HTTP
  Duration alive_every = std::chrono::seconds(1);
  Duration first_retry = std::chrono::milliseconds(250); ///< doubles with each failure, up to `last_retry`, half of it random
  Duration last_retry = std::chrono::seconds(5);
  Duration replaced_retry = std::chrono::seconds(60);    ///< after another connection took our application
  Duration vanish_limit = std::chrono::milliseconds(300);///< how long the end of a channel that a reply calls gone may take to be told
  std::int32_t lanes = 2;                                ///< HTTP connections for commands, where they go over HTTP; one more does the housekeeping
};

/// Settings of a switch of the centre document. `password` is what its `secret_name` stands for.
/// Errors: `errc::bad_settings` with what is wrong with the URL, the application or a device.
Result<Settings> settings_of(const journal::Switch& description, std::string password, std::vector<std::string> devices, std::int64_t epoch);

}  // namespace callwright::cti::asterisk
