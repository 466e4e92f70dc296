#include "cti/asterisk/link_check.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdint>

#include "cti/asterisk/blocking_rest.hpp"
#include "cti/asterisk/codec.hpp"
#include "cti/asterisk/request.hpp"
#include "runtime/clock.hpp"

namespace callwright::cti::asterisk {
namespace {

using Level = Finding::Level;

constexpr int kOldestVersion = 20;
constexpr Duration kClockWarning = std::chrono::milliseconds(500);
constexpr Duration kClockLimit = std::chrono::milliseconds(1'500);  // the dialplan believes CALLWRIGHT_ALIVE for 3 s

bool is_loopback(const std::string& host) { return host == "localhost" || host == "::1" || host.starts_with("127."); }

class Check {
 public:
  Check(const Settings& settings, std::shared_ptr<boost::asio::ssl::context> tls) : settings_(settings), rest_(settings, std::move(tls)) {}

  CheckReport run(std::span<const CheckedAgent> agents) {
    if (!log_in()) return std::move(report_);
    compare_clocks();
    look_at_rights();
    look_at_modules();
    look_at_socket();
    look_at_dialplan();
    for (const CheckedAgent& agent : agents) look_at(agent);
    return std::move(report_);
  }

 private:
  void good(std::string what) { report_.findings.push_back({Level::good, std::move(what), {}}); }
  void warn(std::string what, std::string paste) { report_.findings.push_back({Level::warning, std::move(what), std::move(paste)}); }
  void failed(std::string what, std::string paste) { report_.findings.push_back({Level::failure, std::move(what), std::move(paste)}); }

  std::string account() const {
    return "in ari.conf:\n  [general]\n  enabled = yes\n  [" + settings_.username +
           "]\n  type = user\n  read_only = no\n  password_format = crypt\n  password = (what `asterisk -rx 'ari mkpasswd PASSWORD'` prints)\nthen: asterisk -rx 'module "
           "reload res_ari.so'";
  }

  bool log_in() {
    const std::string place = settings_.host + ":" + std::to_string(settings_.port);
    const Reply reply = rest_.exchange(request::info());
    if (reply.status == 0 && reply.body.starts_with("TLS")) {
      failed("no TLS with " + place + ": " + describe(reply),
             "in server.toml, if an authority of your own signed its certificate:\n  [asterisk]\n  ca = \"/etc/callwright/asterisk-ca.pem\"\nand the certificate must name " +
                 settings_.host + " (tlscertfile in http.conf)");
      return false;
    }
    if (reply.status == 0) {
      failed("cannot connect to " + place + ": " + describe(reply),
             "in http.conf:\n  [general]\n  enabled = yes\n  bindaddr = " + settings_.host + "\n  bindport = " + std::to_string(settings_.port) +
                 "\nthen: asterisk -rx 'module reload http'");
      return false;
    }
    good("connected to " + place);
    if (reply.status == 401 || reply.status == 403) return failed("the account " + settings_.username + " was refused: " + describe(reply), account()), false;
    if (reply.status == 404)
      return failed("there is no ARI at " + settings_.base_path, "in ari.conf:\n  [general]\n  enabled = yes\nthen: asterisk -rx 'module load res_ari.so'"), false;
    if (reply.status == 503) return failed("Asterisk is still starting: " + describe(reply), "try again in some seconds"), false;
    const Result<Info> info = read_info(reply.body);
    if (!succeeded(reply) || !info)
      return failed("this does not answer as ARI does: " + (info ? describe(reply) : info.error().text()), "check the url of the switch"), false;
    good("logged in as " + settings_.username);
    int major = 0;
    std::from_chars(info->version.data(), info->version.data() + info->version.size(), major);
    if (major != 0 && major < kOldestVersion)
      failed("Asterisk " + info->version + " is too old", "install Asterisk " + std::to_string(kOldestVersion) + " or later; 22 is what we test with");
    else good("Asterisk " + info->version);
    return true;
  }

  void compare_clocks() {
    const auto wall = runtime::Clock::Sources::machine().wall;
    const Instant before = wall();
    const Reply reply = rest_.exchange(request::ping());
    const Instant after = wall();
    const Result<Instant> theirs = read_ping(reply.body);
    if (!succeeded(reply) || !theirs || theirs->us == 0) return warn("its clock cannot be read: " + describe(reply), "update Asterisk to 20 or later");
    const Duration offset = *theirs - (before + (after - before) / 2);
    const Duration size = offset < Duration(0) ? -offset : offset;
    const std::string text = "its clock is " + std::to_string(size.count() / 1'000) + " ms " + (offset < Duration(0) ? "behind" : "ahead of") + " ours";
    const std::string paste = "on both machines: timedatectl set-ntp true";
    if (size > kClockLimit) failed(text + ": the dialplan would send every caller to the fallback", paste);
    else if (size > kClockWarning) warn(text, paste);
    else good(text);
  }

  void look_at_rights() {
    const Result<Request> write = request::set_global("CALLWRIGHT_CHECK", 1);
    const Reply reply = write ? rest_.exchange(*write) : Reply{};
    if (succeeded(reply)) good("the account may write");
    else failed("the account may not write: " + describe(reply), "in ari.conf, section [" + settings_.username + "]:\n  read_only = no\nthen: asterisk -rx 'module reload res_ari.so'");
    // ARI knows no finer right than read_only: who may ring may also load modules. So what protects it is who can reach it.
    if (!settings_.tls && !is_loopback(settings_.host))
      warn("password and calls go over the network in clear, and ARI gives this account every right there is",
           "in http.conf:\n  bindaddr = 127.0.0.1\n  tlsenable = yes\n  tlsbindaddr = " + settings_.host +
               ":8089\n  tlscertfile = /etc/asterisk/keys/asterisk.pem\nand in the centre document: url = \"https://" + settings_.host + ":8089\"");
    else good("nobody else on the network sees the account, which has more rights than we need: ARI knows no finer ones");
  }

  void look_at_modules() {
    std::string missing;
    for (const char* name : {"app_stasis.so", "res_ari_asterisk.so", "res_ari_applications.so", "res_ari_bridges.so", "res_ari_channels.so", "res_ari_device_states.so",
                             "res_ari_endpoints.so", "res_ari_events.so", "bridge_holding.so", "bridge_simple.so", "res_musiconhold.so"}) {
      const Result<Request> request = request::module(name);
      const Reply reply = request ? rest_.exchange(*request) : Reply{};
      const Result<std::string> status = read_module_status(reply.body);
      if (!succeeded(reply) || !status || *status != "Running") missing += std::string("\n  load = ") + name;
    }
    if (missing.empty()) good("every module that we need is running");
    else failed("modules are not running", "in modules.conf, section [modules]:" + missing + "\nthen restart Asterisk, or load each with: asterisk -rx 'module load NAME'");
  }

  void look_at_socket() {
    const Result<Request> request = request::application(settings_.app);
    const Reply reply = request ? rest_.exchange(*request) : Reply{};
    if (succeeded(reply)) good("application " + settings_.app + " is connected: a server is running");
    const Result<bool> answered = rest_.try_socket();
    if (answered && *answered) good("the WebSocket opens, and takes requests: they go over it");
    else if (answered) good("the WebSocket opens; requests go over HTTP (Asterisk 20.14, 21.9, 22.4 and later take them on the WebSocket too)");
    else
      failed("the WebSocket does not open: " + answered.error().text(),
             "in modules.conf, section [modules]:\n  load = res_http_websocket.so\nand if a proxy stands between: let it pass Upgrade");
  }

  bool has_extension(const std::string& extension, const std::string& context) {
    const Result<Request> request = request::device_state("Local/" + extension + "@" + context);
    const Reply reply = request ? rest_.exchange(*request) : Reply{};
    const Result<DeviceState> state = read_device_state(reply.body);
    return succeeded(reply) && state && state->state != "INVALID";
  }

  void look_at_dialplan() {
    const std::string include = "in extensions.conf, at its top:\n  #include extensions-callwright.conf\nthen: asterisk -rx 'dialplan reload'";
    if (has_extension("s", settings_.fallback_context)) good("context " + settings_.fallback_context + " takes callers whom we do not");
    else
      failed("context " + settings_.fallback_context + " has no extension s: callers whom we release would be hung up",
             include + "\nor a context of your own:\n  [" + settings_.fallback_context + "]\n  exten => s,1,Answer()\n   same => n,Queue(callwright-fallback)");
    if (has_extension("0", "callwright-enter")) good("context callwright-enter leads callers to us");
    else
      warn("there is no context callwright-enter", include + "\nand for each number that we shall route:\n  exten => 4000,1,Goto(callwright-enter,${EXTEN},1)");
  }

  void look_at(const CheckedAgent& agent) {
    const std::string who = "agent " + agent.agent.value + ": " + agent.device;
    const Result<Request> request = request::endpoint(agent.device);
    if (!request) return failed(who + " is no end point", "in the centre document: device = \"PJSIP/NAME\"");
    const Reply reply = rest_.exchange(*request);
    const std::string name = agent.device.substr(agent.device.find('/') + 1);
    if (reply.status == 404)
      return failed(who + " does not exist", "in pjsip.conf:\n  [" + name + "]\n  type = endpoint\n  context = agents\n  disallow = all\n  allow = ulaw\n  aors = " + name +
                                                 "\n  [" + name + "]\n  type = aor\n  max_contacts = 1\nthen: asterisk -rx 'pjsip reload'");
    const Result<Endpoint> endpoint = read_endpoint(reply.body);
    if (!succeeded(reply) || !endpoint) return failed(who + ": " + describe(reply), "asterisk -rx 'pjsip show endpoint " + name + "'");
    if (endpoint->state == "offline")
      warn(who + " exists, but no phone is registered", "register the phone as " + name + ", or give its aor a contact: contact = sip:" + name + "@ADDRESS");
    else good(who + " is " + endpoint->state);
  }

  const Settings& settings_;
  BlockingRest rest_;
  CheckReport report_;
};

}  // namespace

bool CheckReport::good() const {
  return std::ranges::none_of(findings, [](const Finding& finding) { return finding.level == Level::failure; });
}

CheckReport check(const Settings& settings, std::span<const CheckedAgent> agents, std::shared_ptr<boost::asio::ssl::context> tls) {
  return Check(settings, std::move(tls)).run(agents);
}

}  // namespace callwright::cti::asterisk
