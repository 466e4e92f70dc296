#pragma once
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace callwright::cti::freeswitch {

/// What is known of a channel before we know whose it is.
struct ChannelIdentity {
  std::string_view name;                        ///< `sofia/internal/1001@10.0.0.5:5060`
  std::string_view presence;                    ///< `1001@example.org`
  std::string_view dialed_user, dialed_domain;  ///< of a leg that FreeSWITCH calls
  std::string_view gateway;
};

/// Which channel is which agent's phone.
///
/// A device is named as it is dialled. `user/1001@example.org` (or `user/1001`, in whatever domain) is the phone of that user of the directory: the
/// channel that FreeSWITCH calls for him says so in its variables, the one on which he calls by its presence id. Any other name
/// (`sofia/internal/1001@10.0.0.5`) is the beginning of the channel's. A caller who comes in over a trunk's profile is nobody's phone, whatever
/// number he shows.
class Devices {
 public:
  Devices(const std::vector<std::string>& devices, const std::vector<std::string>& trunk_profiles);

  /// Empty: no agent's.
  std::string station(const ChannelIdentity& channel) const;
  /// The device of a dial string, as a queue has it (`[leg_timeout=5]user/1001@example.org`); if no agent's is meant, the string without its
  /// variables.
  std::string of_dial_string(std::string_view dial) const;
  /// `sofia/gateway/carrier`, `sofia/external`: where a channel that is no agent's comes from or goes to, without numbers.
  static std::string trunk(const ChannelIdentity& channel);

 private:
  std::string user(std::string_view name, std::string_view domain) const;

  std::map<std::string, std::string, std::less<>> users_;  ///< `1001@example.org` or `1001` > device
  std::set<std::string, std::less<>> others_;
  std::vector<std::string> trunk_profiles_;
};

/// True if it names an end point that rings somebody: `TECHNOLOGY/RESOURCE` in characters that mean nothing else in a dial string. A `loopback/` one
/// is a way through the dialplan.
bool is_phone(std::string_view device);

}  // namespace callwright::cti::freeswitch
