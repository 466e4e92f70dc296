#include "server/config_check.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>

#include "contacts/centre_toml.hpp"
#include "routing/bound.hpp"

namespace callwright::server {
namespace {

std::string count(std::size_t number, const std::string& what) { return std::to_string(number) + " " + what + (number == 1 ? "" : "s"); }

/// Each line of a context as a fault of its own.
void add_faults(ConfigReport& report, const std::string& file, const std::string& context) {
  std::istringstream lines(context);
  for (std::string line; std::getline(lines, line);) report.faults.push_back(file + ": " + line);
}

/// The secrets that the centre's switches name stand in the settings.
void compare_secrets(ConfigReport& report, const std::string& settings_file, const runtime::Settings& settings, const journal::Centre& centre) {
  for (const journal::Switch& each : centre.switches)
    if (!each.secret_name.empty() && !settings.secrets.contains(each.secret_name))
      report.faults.push_back((settings_file.empty() ? "the settings" : settings_file) + ": [secrets] has no '" + each.secret_name +
                              "', which switch '" + each.id.value + "' of the centre document names");
}

std::string group_text(const journal::Queue& queue) {
  if (!journal::makes_groups(queue.strategy)) return {};
  return (queue.strategy == journal::Strategy::claim ? ", up to " : ", rings up to ") + std::to_string(queue.group_size) +
         (queue.strategy == journal::Strategy::claim ? " may claim" : " at once");
}

void summarise(ConfigReport& report, const journal::Centre& centre) {
  const std::vector<routing::Bound> bounds = routing::bounds_of(centre);
  for (std::size_t i = 0; i < centre.queues.size(); ++i) {
    const journal::Queue& queue = centre.queues[i];
    const auto members = std::ranges::count_if(centre.agents, [&](const journal::Agent& agent) {
      return std::ranges::find(agent.queues, queue.id, &journal::QueueMembership::queue) != agent.queues.end();
    });
    if (queue.observed) {
      report.summary.push_back(queue.id.value + ": " + count(static_cast<std::size_t>(members), "member") + "; observed, switch '" +
                               queue.observed->switch_id.value + "' routes its queue '" + queue.observed->name + "'");
      continue;
    }
    report.summary.push_back(queue.id.value + ": " + count(static_cast<std::size_t>(members), "member") + ", " + count(queue.rules.size(), "rule") +
                             ", " + count(queue.steps.size(), "step") + group_text(queue) + "; " + routing::text_of(bounds[i]));
  }
}

}  // namespace

ConfigReport examine_config(const std::filesystem::path& settings_file, const Result<runtime::Settings>& settings,
                            const std::filesystem::path& centre_file) {
  ConfigReport report;
  if (settings) {
    report.summary.push_back(settings_file.empty() ? "there is no server.toml: every setting has its default" : settings_file.string() + " is valid");
  } else {
    const std::string& context = settings.error().context;  // begins with the file's name
    report.faults.push_back(context.empty() ? settings.error().text() : context);
  }
  if (!settings && centre_file.empty()) return report;
  const std::filesystem::path file = centre_file.empty() ? std::filesystem::path(settings->centre_path) : centre_file;
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in) {
    report.faults.push_back(file.string() + ": cannot be read");
    return report;
  }
  const auto centre = contacts::parse_centre(text.str());
  if (!centre) {
    add_faults(report, file.string(), centre.error().context);
    return report;
  }
  if (settings) compare_secrets(report, settings_file.string(), *settings, *centre);
  report.summary.push_back(file.string() + " is valid: " + count(centre->queues.size(), "queue") + ", " + count(centre->agents.size(), "agent"));
  summarise(report, *centre);
  return report;
}

}  // namespace callwright::server
