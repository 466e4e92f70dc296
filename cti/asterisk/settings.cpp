#include "cti/asterisk/settings.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include "cti/asterisk/error.hpp"
#include "cti/asterisk/plan.hpp"
#include "cti/asterisk/request.hpp"

namespace callwright::cti::asterisk {
namespace {

Result<void> read_url(const std::string& text, Settings& settings) {
  const auto parsed = boost::urls::parse_uri(text);
  if (!parsed) return fail(errc::bad_settings, "url '" + text + "' is none; it looks like http://127.0.0.1:8088");
  const boost::urls::url_view url = *parsed;
  const bool https = url.scheme() == "https" || url.scheme() == "wss";
  if (!https && url.scheme() != "http" && url.scheme() != "ws") return fail(errc::bad_settings, "url '" + text + "' is neither http nor https");
  if (url.encoded_host().empty()) return fail(errc::bad_settings, "url '" + text + "' has no host");
  if (url.has_userinfo()) return fail(errc::bad_settings, "url '" + text + "' holds an account: use username and secret_name");
  settings.tls = https;
  settings.host = url.host_address();
  settings.port = url.has_port() ? url.port_number() : https ? 8089 : 8088;
  if (settings.port == 0) return fail(errc::bad_settings, "url '" + text + "' has a wrong port");
  // A bare host means Asterisk's usual place; `http://host/pbx/ari` is for one behind a prefix.
  std::string path(url.encoded_path());
  while (!path.empty() && path.back() == '/') path.pop_back();
  if (!path.empty()) settings.base_path = path;
  return {};
}

}  // namespace

Result<Settings> settings_of(const journal::Switch& description, std::string password, std::vector<std::string> devices, std::int64_t epoch) {
  Settings settings;
  settings.switch_id = description.id;
  if (const Result<void> url = read_url(description.url, settings); !url) return std::unexpected(url.error());
  settings.username = description.username;
  settings.password = std::move(password);
  settings.app = description.app;
  settings.fallback_context = description.fallback_context;
  settings.dial = description.dial;
  settings.epoch = epoch;
  settings.devices = std::move(devices);
  if (settings.username.empty()) return fail(errc::bad_settings, "no username");
  if (settings.username.find(':') != std::string::npos) return fail(errc::bad_settings, "the username holds a colon");
  if (!request::application(settings.app)) return fail(errc::bad_settings, "app '" + settings.app + "' is no name");
  if (!request::continue_at("x", settings.fallback_context, "s"))
    return fail(errc::bad_settings, "fallback_context '" + settings.fallback_context + "' is no name");
  if (!settings.dial.empty() && !is_phone(filled(settings.dial, "+441632960123")))
    return fail(errc::bad_settings, "dial '" + settings.dial + "' is no end point such as PJSIP/{number}@carrier");
  for (const std::string& device : settings.devices) {
    if (is_device(device) && !is_phone(device))
      return fail(errc::bad_settings, "device '" + device + "' is a way through the dialplan and no phone: name the phone, such as PJSIP/agent1");
    if (!is_device(device)) return fail(errc::bad_settings, "device '" + device + "' is no end point such as PJSIP/agent1");
  }
  return settings;
}

}  // namespace callwright::cti::asterisk
