#include "server/ami_check.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <charconv>
#include <chrono>
#include <optional>
#include <utility>

#include "cti/asterisk/ami/reader.hpp"
#include "cti/asterisk/ami/request.hpp"
#include "runtime/clock.hpp"

namespace callwright::server {
namespace {

namespace request = cti::ami::request;
using cti::ami::account_lines;
using cti::ami::md5_key;
using cti::ami::Message;
using cti::ami::Names;
using cti::ami::Reader;
using cti::ami::same_key;
using cti::ami::Seen;
using cti::ami::Settings;
using cti::ami::Wanted;
using Finding = cti::asterisk::Finding;
using ManagerFindings = std::vector<Finding>;
namespace link = cti::link;

constexpr std::chrono::seconds kAnswerIn{3};

/// `1764561234.123456`, as an answer to Ping has it.
std::optional<Instant> read_timestamp(std::string_view text) {
  const std::size_t dot = text.find('.');
  std::int64_t seconds = 0, micros = 0;
  if (dot == text.npos || text.size() != dot + 7) return std::nullopt;
  const auto whole = std::from_chars(text.data(), text.data() + dot, seconds);
  const auto part = std::from_chars(text.data() + dot + 1, text.data() + text.size(), micros);
  if (whole.ec != std::errc{} || whole.ptr != text.data() + dot || part.ec != std::errc{} || part.ptr != text.data() + text.size())
    return std::nullopt;
  if (seconds < 0 || seconds > 100'000'000'000 || micros < 0) return std::nullopt;
  return Instant{seconds * 1'000'000 + micros};
}

/// One question at a time.
class ManagerConversation {
 public:
  explicit ManagerConversation(const link::Address& address) {
    stream_.expires_after(kAnswerIn);
    stream_.connect(address.host, std::to_string(address.port));
  }
  bool connected() const { return static_cast<bool>(stream_); }
  std::string error() const { return stream_.error() ? stream_.error().message() : "it closed the connection"; }

  /// The next message; null: none came. It is good until the next call.
  const Message* read() {
    for (std::string line;;) {
      if (const Message* message = reader_.next()) return message;
      if (!std::getline(stream_, line)) return nullptr;
      reader_.push(line + "\n");
    }
  }
  /// The answer to one action.
  const Message* ask(const std::string& action) {
    stream_.expires_after(kAnswerIn);
    stream_ << action << std::flush;
    const Message* message = read();
    while (message && message->kind() == Message::Kind::event) message = read();
    return message;
  }
  /// The values of `key` in a list's events called `event`.
  Names list(const std::string& action, std::string_view event, std::string_view key) {
    Names names;
    const Message* message = ask(action);
    if (!message || !same_key(message->name(), "Success")) return names;
    while ((message = read()) && message->value("EventList").empty())
      if (same_key(message->name(), event)) names.emplace(message->value(key));
    return names;
  }

 private:
  boost::asio::ip::tcp::iostream stream_;
  Reader reader_;
};

bool has_signed_in(ManagerConversation& manager, const Settings& settings, ManagerFindings& findings) {
  const auto wrong = [&](std::string what) {
    findings.push_back({Finding::Level::failure, std::move(what), account_lines(settings)});
    return false;
  };
  const Message* banner = manager.read();
  if (!banner || !banner->name().starts_with("Asterisk Call Manager")) return wrong("no manager interface answers: " + manager.error());
  const Message* challenge = manager.ask(request::challenge("check-1"));
  if (!challenge) return wrong("no answer: " + manager.error());
  const auto login = request::login("check-2", settings.username, md5_key(challenge->value("Challenge"), settings.secret));
  if (!login) return wrong("the user name cannot be sent");
  const Message* said = manager.ask(*login);
  if (!said || !same_key(said->name(), "Success"))
    return wrong("the account " + settings.username + " was refused" + (said ? ": " + std::string(said->value("Message")) : ""));
  findings.push_back({Finding::Level::good, "logged in as " + settings.username, {}});
  return true;
}

Seen look(ManagerConversation& manager) {
  Seen seen;
  if (const Message* said = manager.ask(request::list_commands("check-3")))
    for (std::size_t i = 1; i < said->size(); ++i) seen.commands.emplace((*said)[i].key);
  if (const Message* said = manager.ask(request::core_settings("check-4"))) seen.version = said->value("AsteriskVersion");
  const auto wall = runtime::Clock::Sources::machine().wall;
  const Instant before = wall();
  if (const Message* said = manager.ask(request::ping("check-5")))
    if (const auto theirs = read_timestamp(said->value("Timestamp"))) seen.clock_offset = *theirs - (before + (wall() - before) / 2);
  seen.queues = manager.list(request::queue_status("check-6"), "QueueParams", "Queue");
  seen.devices = manager.list(request::device_state_list("check-7"), "DeviceStateChange", "Device");
  return seen;
}

}  // namespace

cti::asterisk::CheckReport check_manager(const link::Address& address, const Settings& settings, const Wanted& wanted) {
  cti::asterisk::CheckReport report;
  const std::string place = address.host + ":" + std::to_string(address.port);
  ManagerConversation manager(address);
  if (!manager.connected()) {
    report.findings.push_back({Finding::Level::failure, "cannot connect to " + place + ": " + manager.error(), account_lines(settings)});
    return report;
  }
  report.findings.push_back({Finding::Level::good, "connected to " + place, {}});
  if (!has_signed_in(manager, settings, report.findings)) return report;
  for (Finding& finding : cti::ami::judge(look(manager), wanted, settings)) report.findings.push_back(std::move(finding));
  return report;
}

}  // namespace callwright::server
