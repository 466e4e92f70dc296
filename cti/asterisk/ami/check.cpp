#include "cti/asterisk/ami/check.hpp"

#include <array>
#include <utility>

namespace callwright::cti::ami {
namespace {

using asterisk::Finding;
using Findings = std::vector<Finding>;

constexpr Duration kClockOff = std::chrono::seconds(1);

}  // namespace

std::string account_lines(const Settings& settings) {
  return "in manager.conf:\n  [general]\n  enabled = yes\n  timestampevents = yes\n  [" + settings.username +
         "]\n  secret = (as in the file that server.toml names)\n  read = system,call,agent,dtmf\n  write = call,reporting" +
         (settings.dial_context.empty() ? "" : ",originate") + "\n  writetimeout = 5000\nthen: asterisk -rx 'manager reload'";
}

std::string more_than_needed(const Names& commands, bool dials) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kRights = {
      {{"Command", "command"}, {"UpdateConfig", "config"}, {"ModuleLoad", "system"}, {"Originate", "originate"}}};
  std::string more;
  for (const auto& [command, right] : kRights)
    if (commands.contains(command) && !(dials && right == "originate")) more += (more.empty() ? "" : ", ") + std::string(right);
  return more;
}

Findings judge(const Seen& seen, const Wanted& wanted, const Settings& settings) {
  Findings findings;
  const auto note = [&](bool good, Finding::Level otherwise, std::string fine, std::string what, std::string paste) {
    if (good) findings.push_back({Finding::Level::good, std::move(fine), {}});
    else findings.push_back({otherwise, std::move(what), std::move(paste)});
  };
  using enum Finding::Level;
  note(!seen.version.empty(), warning, "Asterisk " + seen.version, "it does not say its version", account_lines(settings));
  const Duration off = seen.clock_offset.value_or(Duration(0)) < Duration(0) ? -*seen.clock_offset : seen.clock_offset.value_or(Duration(0));
  note(seen.clock_offset && off <= kClockOff, warning, "its clock is " + std::to_string(off.count() / 1'000) + " ms off ours",
       seen.clock_offset ? "its clock is " + std::to_string(off.count() / 1'000) + " ms off ours" : "its clock cannot be read",
       "on both machines: timedatectl set-ntp true");
  note(seen.commands.contains("CoreShowChannels"), failure, "the account may list channels", "the account may not list channels",
       account_lines(settings));
  note(seen.commands.contains("Hangup"), failure, "the account may end calls", "the account may not end calls", account_lines(settings));
  const std::string more = more_than_needed(seen.commands, !settings.dial_context.empty());
  note(more.empty(), warning, "the account may no more than it needs", "the account may more than it needs: " + more, account_lines(settings));
  for (const std::string& queue : wanted.queues)
    note(seen.queues.contains(queue), failure, "queue " + queue, "there is no queue " + queue + " on the switch",
         "in the centre document: observed = { switch, name } with its name letter by letter, as `asterisk -rx 'queue show'` prints it");
  for (const auto& [agent, device] : wanted.agents)
    note(seen.devices.contains(device), failure, "device " + device + " of " + agent.value,
         "the switch does not know the device " + device + " of " + agent.value,
         "in the centre document: device = \"PJSIP/NAME\", as `asterisk -rx 'queue show'` prints it");
  return findings;
}

}  // namespace callwright::cti::ami
