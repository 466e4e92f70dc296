#include "server/link_factory.hpp"

#include <utility>

#include "cti/asterisk/ami/machine.hpp"
#include "cti/asterisk/ari_link.hpp"
#include "cti/csta/machine.hpp"
#include "cti/link/address.hpp"
#include "cti/link/stream_link.hpp"
#include "runtime/tls.hpp"

namespace callwright::server {
namespace {

namespace ami = cti::ami;
namespace asterisk = cti::asterisk;
namespace link = cti::link;
using LinkPtr = std::unique_ptr<cti::model::Link>;
using TlsContext = std::shared_ptr<boost::asio::ssl::context>;

constexpr link::Scheme kCsta{"csta", 1040, {}, 0};

std::unexpected<Error> of_switch(const journal::Switch& sw, const Error& error) {
  return fail(error.code, "switch '" + sw.id.value + "': " + error.context);
}

/// Of an Asterisk that shows a certificate. None: it is not asked for one.
Result<TlsContext> tls_for(bool wanted, const runtime::Settings& settings) {
  return wanted ? runtime::client_tls(settings.asterisk_ca) : Result<TlsContext>(nullptr);
}

Result<LinkPtr> make_ari(const LinkGround& on, const journal::Centre& centre, const journal::Switch& sw, const cti::model::LinkCallbacks& callbacks,
                         std::uint64_t seed) {
  auto way = reach(on.settings, centre, sw, on.epoch);
  if (!way) return std::unexpected(way.error());
  return std::make_unique<asterisk::AriLink>(on.loop, on.clock, std::move(way->settings), callbacks, seed, &on.metrics, std::move(way->tls));
}

Result<LinkPtr> make_ami(const LinkGround& on, const journal::Switch& sw, std::string secret, const cti::model::LinkCallbacks& callbacks,
                         link::Identity identity) {
  const auto address = link::read_address(sw.url, kAmi);
  if (!address) return std::unexpected(address.error());
  auto tls = tls_for(address->tls, on.settings);
  if (!tls) return std::unexpected(tls.error());
  ami::Settings settings{.username = sw.username, .secret = std::move(secret), .station_contexts = sw.station_contexts};
  auto machine = std::make_unique<ami::Machine>(std::move(identity), link::Patience{}, std::move(settings));
  return std::make_unique<link::StreamLink>(on.loop, on.clock, *address, std::move(machine), callbacks, &on.metrics, std::move(*tls));
}

Result<LinkPtr> make_csta(const LinkGround& on, const journal::Switch& sw, const cti::model::LinkCallbacks& callbacks, link::Identity identity) {
  const auto address = link::read_address(sw.url, kCsta);
  if (!address) return std::unexpected(address.error());
  cti::csta::Settings settings{.stations = sw.station_contexts};
  if (!sw.username.empty()) settings.application = sw.username;
  auto machine = std::make_unique<cti::csta::Machine>(std::move(identity), link::Patience{}, std::move(settings));
  return std::make_unique<link::StreamLink>(on.loop, on.clock, *address, std::move(machine), callbacks, &on.metrics, nullptr);
}

}  // namespace

Way way_of(const journal::Switch& sw) {
  if (sw.kind == "feed") return Way::feed;
  if (sw.kind == "csta") return Way::csta;
  return sw.url.starts_with("ami://") || sw.url.starts_with("amis://") ? Way::ami : Way::ari;
}

std::vector<std::string> devices_of(const journal::Centre& centre, const SwitchId& switch_id) {
  std::vector<std::string> devices;
  for (const auto& agent : centre.agents)
    if (agent.switch_id == switch_id) devices.push_back(agent.device);
  return devices;
}

Result<Reach> reach(const runtime::Settings& settings, const journal::Centre& centre, const journal::Switch& sw, std::int64_t epoch) {
  auto secret = settings.secret(sw.secret_name);
  if (!secret) return of_switch(sw, secret.error());
  auto made = asterisk::settings_of(sw, std::move(*secret), devices_of(centre, sw.id), epoch);
  if (!made) return of_switch(sw, made.error());
  auto tls = tls_for(made->tls, settings);
  if (!tls) return of_switch(sw, tls.error());
  return Reach{std::move(*made), std::move(*tls)};
}

Result<LinkPtr> make_link(const LinkGround& ground, const journal::Centre& centre, const journal::Switch& sw,
                          const cti::model::LinkCallbacks& callbacks, std::uint64_t seed) {
  if (way_of(sw) == Way::ari) return make_ari(ground, centre, sw, callbacks, seed);
  const link::Identity identity{sw.id, sw.id.value, ground.epoch, seed};
  const auto make = [&]() -> Result<LinkPtr> {
    if (way_of(sw) == Way::csta) return make_csta(ground, sw, callbacks, identity);
    auto secret = ground.settings.secret(sw.secret_name);
    if (!secret) return std::unexpected(secret.error());
    return make_ami(ground, sw, std::move(*secret), callbacks, identity);
  };
  auto made = make();
  if (!made) return of_switch(sw, made.error());
  (*made)->know_devices(devices_of(centre, sw.id));
  return made;
}

}  // namespace callwright::server
