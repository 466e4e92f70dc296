#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "cti/asterisk/settings.hpp"
#include "cti/link/address.hpp"
#include "cti/model/link.hpp"
#include "journal/centre.hpp"
#include "runtime/clock.hpp"
#include "runtime/event_loop.hpp"
#include "runtime/metrics.hpp"
#include "runtime/settings.hpp"

namespace boost::asio::ssl {
class context;
}

namespace callwright::server {

/// How we speak to a switch, by `kind` and `url` of its description.
enum class Way : std::uint8_t {
  feed = 1,  ///< it connects to us
  ari,       ///< kind asterisk, http or https
  ami,       ///< kind asterisk, ami or amis: observed only
  csta,      ///< kind csta
};
Way way_of(const journal::Switch& sw);
/// How the url of a switch that speaks AMI is written.
inline constexpr cti::link::Scheme kAmi{"ami", 5038, "amis", 5039};

/// The agents' devices on one switch.
std::vector<std::string> devices_of(const journal::Centre& centre, const SwitchId& switch_id);

/// All that is needed to speak ARI: what a link, `callwright release` and `callwright link check` start from.
struct Reach {
  cti::asterisk::Settings settings;
  std::shared_ptr<boost::asio::ssl::context> tls;
};
/// Errors: a secret that is missing, an authority that cannot be read, settings that cannot be used; with the switch's name.
Result<Reach> reach(const runtime::Settings& settings, const journal::Centre& centre, const journal::Switch& sw, std::int64_t epoch);

/// What links are made on.
struct LinkGround {
  runtime::EventLoop& loop;
  runtime::Metrics& metrics;
  const runtime::Clock& clock;
  const runtime::Settings& settings;
  std::int64_t epoch = 0;
};

/// The link of a switch that we call (every way but the feed). `seed` spreads the reconnects of links that fell together. Errors: as for `reach`.
Result<std::unique_ptr<cti::model::Link>> make_link(const LinkGround& ground, const journal::Centre& centre, const journal::Switch& sw,
                                                    const cti::model::LinkCallbacks& callbacks, std::uint64_t seed);

}  // namespace callwright::server
