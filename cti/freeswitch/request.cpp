#include "cti/freeswitch/request.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "cti/freeswitch/devices.hpp"
#include "cti/freeswitch/error.hpp"
#include "cti/freeswitch/event.hpp"
#include "cti/link/names.hpp"
#include "cti/link/shown.hpp"
#include "cti/model/cause.hpp"

namespace callwright::cti::freeswitch {
namespace {

constexpr std::size_t kWord = 256, kPath = 512;
constexpr std::size_t kShownNumber = 40, kShownName = 80;

bool is_letter_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

/// Ids, names of queues, extensions: letters, digits and a few signs, none of which FreeSWITCH reads as syntax.
bool is_word(std::string_view text) {
  return !text.empty() && text.size() <= kWord && text.front() != '-' &&
         std::ranges::all_of(text, [](char c) { return is_letter_or_digit(c) || std::string_view("-_.@:+*#").find(c) != std::string_view::npos; });
}

/// What is played: any printable character but a blank. `::` would name an application.
bool is_path(std::string_view text) {
  return !text.empty() && text.size() <= kPath && text.find("::") == text.npos &&
         std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7F; });
}

bool is_secret(std::string_view text) {
  return !text.empty() && text.size() <= kWord &&
         std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) >= 0x20 && c != 0x7F; });
}

std::unexpected<Error> refuse(std::string_view what) { return fail(errc::refused_value, std::string(what)); }

/// One command of words between blanks. The first word that must not go out makes it an error.
class Command {
 public:
  explicit Command(std::string_view begin) : text_(begin) {}
  Command& word(std::string_view what, std::string_view value) {
    if (!is_word(value) && refused_.empty()) refused_ = what;
    text_ += ' ';
    text_ += value;
    return *this;
  }
  Command& fixed(std::string_view text) {
    text_ += text;
    return *this;
  }
  Command& checked(std::string_view what, bool good, std::string_view text) {
    if (!good && refused_.empty()) refused_ = what;
    text_ += text;
    return *this;
  }
  Result<std::string> done() {
    if (!refused_.empty()) return refuse(refused_);
    return std::move(text_) + "\n\n";
  }

 private:
  std::string text_;
  std::string refused_;
};

/// A value between quotes: `'` would end them, and a name such as O'Neill must not keep a phone from ringing.
std::string quoted(std::string text) {
  for (std::size_t at = text.find('\''); at != text.npos; at = text.find('\'', at)) text.replace(at, 1, "\xE2\x80\x99");
  return "'" + text + "'";
}

}  // namespace

namespace request {

Result<std::string> sign_in(std::string_view password) { return Command("auth ").checked("password", is_secret(password), password).done(); }

Result<std::string> sign_in(std::string_view user, std::string_view password) {
  return Command("userauth")
      .word("username", user)
      .checked("username", user.find(':') == user.npos, ":")
      .checked("password", is_secret(password), password)
      .done();
}

std::string events() { return "event json " + std::string(subscription()) + "\n\n"; }

std::string core_uuid() { return "api global_getvar core_uuid\n\n"; }
std::string clock() { return "api strepoch\n\n"; }
std::string status() { return "api status\n\n"; }
std::string channels() { return "api show channels as json\n\n"; }
std::string bridged_calls() { return "api show bridged_calls as json\n\n"; }
std::string queues() { return "api callcenter_config queue list\n\n"; }
std::string queue_agents() { return "api callcenter_config agent list\n\n"; }

Result<std::string> queue_members(std::string_view queue) { return Command("api callcenter_config queue list members").word("queue", queue).done(); }
Result<std::string> entry_of(std::string_view uuid) { return Command("api uuid_getvar").word("channel", uuid).fixed(" callwright_entry").done(); }

Result<std::string> answer(std::string_view uuid) { return Command("api uuid_answer").word("channel", uuid).done(); }
Result<std::string> music(std::string_view uuid, std::string_view path) {
  return Command("api uuid_broadcast").word("channel", uuid).fixed(" ").checked("music", is_path(path), path).fixed(" aleg").done();
}
Result<std::string> forget_entry(std::string_view uuid) { return Command("api uuid_setvar").word("channel", uuid).fixed(" callwright_entry").done(); }
Result<std::string> bridge(std::string_view one, std::string_view two) {
  return Command("api uuid_bridge").word("channel", one).word("channel", two).done();
}
Result<std::string> hold(std::string_view uuid) { return Command("api uuid_hold").word("channel", uuid).done(); }
Result<std::string> retrieve(std::string_view uuid) { return Command("api uuid_hold off").word("channel", uuid).done(); }
Result<std::string> kill(std::string_view uuid, journal::Cause cause) {
  return Command("api uuid_kill").word("channel", uuid).fixed(" ").fixed(model::freeswitch_name(cause)).done();
}
Result<std::string> transfer(std::string_view uuid, std::string_view extension, std::string_view context) {
  return Command("api uuid_transfer").word("channel", uuid).word("extension", extension).fixed(" XML").word("context", context).done();
}
Result<std::string> dtmf(std::string_view uuid, std::string_view digits) {
  const bool good = !digits.empty() && digits.size() <= 64 && digits.find_first_not_of("0123456789*#ABCDabcd") == digits.npos;
  return Command("api uuid_send_dtmf").word("channel", uuid).fixed(" ").checked("digits", good, digits).done();
}

Result<std::string> originate(const Originate& originate) {
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(originate.timeout).count();
  Command command("bgapi originate {origination_uuid=");
  command.checked("name", is_word(originate.uuid), originate.uuid)
      .fixed(",originate_timeout=" + std::to_string(std::clamp<std::int64_t>(seconds, 1, 3600)))
      .fixed(",ignore_early_media=true,callwright_contact=" + std::to_string(originate.contact.value));
  if (originate.offer) command.fixed(",callwright_offer=" + std::to_string(originate.offer.value));
  command.fixed(",callwright_epoch=" + std::to_string(originate.epoch));
  if (const std::string number = link::shown_number(originate.shown_number, kShownNumber); !number.empty())
    command.fixed(",origination_caller_id_number=" + number);
  if (const std::string name = link::shown_name(originate.shown_name, kShownName); !name.empty())
    command.fixed(",origination_caller_id_name=" + quoted(name));
  return command.fixed("}")
      .checked("device", is_phone(originate.device), originate.device)
      .fixed(" &park()\nJob-UUID:")
      .word("job", originate.job)
      .done();
}

Result<std::string> set_global(std::string_view name, std::int64_t value) {
  return Command("api global_setvar").word("name", name).fixed("=" + std::to_string(value)).done();
}

std::string connect() { return "connect\n\n"; }
std::string linger(std::int32_t seconds) { return "linger " + std::to_string(seconds) + "\n\n"; }

}  // namespace request

std::string job_name(const model::CommandId& command, std::int64_t epoch) {
  return std::string(link::kOwn) + std::to_string(command.group) + "-" + std::to_string(command.seq) + "-" + std::to_string(command.n) + "-" +
         std::to_string(epoch);
}

}  // namespace callwright::cti::freeswitch
