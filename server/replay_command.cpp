// `callwright replay`: a recorded time under its own rules and under others (sim/what_if).
#include <algorithm>
#include <fstream>
#include <iostream>
#include <sstream>
#include <thread>

#include "contacts/centre_toml.hpp"
#include "contacts/log_reader.hpp"
#include "contacts/toml_table.hpp"
#include "server/commands.hpp"
#include "server/progress.hpp"
#include "server/terminal.hpp"
#include "sim/what_if/read_recording.hpp"
#include "sim/what_if/replay.hpp"
#include "sim/what_if/replay_report.hpp"
#include "sim/what_if/wall_time.hpp"

namespace callwright::server {
namespace {

using namespace sim::what_if;

constexpr std::int64_t kMostIntervals = 2000;
constexpr Duration kLongest = std::chrono::hours(24 * 31);

std::unexpected<Error> wrong(const std::string& what) { return fail(contacts::Errc::invalid, what); }

Result<journal::Centre> read_rules(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return fail(std::make_error_code(std::errc::no_such_file_or_directory), file.string());
  std::ostringstream text;
  text << in.rdbuf();
  auto centre = contacts::parse_centre(std::move(text).str());
  if (!centre) centre.error().context = file.string() + "\n" + centre.error().context;
  return centre;
}

/// When it begins and ends, by the wall of the newest centre document.
struct Asked {
  Instant from, to;
  Duration interval{};
  std::string zone;
};
Result<Asked> read_times(contacts::LogReader& log, const ReplayArguments& arguments) {
  auto newest = log.centres().newest();
  if (!newest) return std::unexpected(newest.error());
  Asked asked;
  asked.zone = *newest ? (*newest)->time_zone : "UTC";
  auto from = read_wall_time(arguments.from, asked.zone);
  if (!from) return wrong("--from: " + from.error().context);
  asked.from = *from;
  if (arguments.to.empty() && !is_date(arguments.from))
    return wrong("--to is missing: only for a date, such as --from 2026-11-30, it is the whole day");
  auto to = arguments.to.empty() ? Result<Instant>(day_after(*from, asked.zone)) : read_wall_time(arguments.to, asked.zone);
  if (!to) return wrong("--to: " + to.error().context);
  asked.to = *to;
  if (asked.to <= asked.from) return wrong("--to must be later than --from");
  if (asked.to - asked.from > kLongest) return wrong("--from and --to lie more than 31 days apart");
  const auto interval = contacts::duration_of(arguments.interval);
  if (!interval || *interval < std::chrono::minutes(1) || *interval > std::chrono::hours(24) ||
      *interval % std::chrono::minutes(1) != Duration::zero())
    return wrong("--interval must be a length from \"1m\" to \"24h\" in whole minutes, such as \"30m\"");
  if ((asked.to - asked.from) / *interval >= kMostIntervals) return wrong("--interval makes more than 2000 intervals");
  asked.interval = *interval;
  return asked;
}

/// Something happened then; a time that goes on before or behind the log is cut there. What is to be said of it.
Result<std::vector<std::string>> cut_to_log(contacts::LogReader& log, Asked& asked) {
  auto extent = log.extent();
  if (!extent) return std::unexpected(extent.error());
  if (!*extent) return wrong("the log is empty");
  const auto [first, last] = **extent;
  const std::string begins = wall_text(first, asked.zone), ends = wall_text(last, asked.zone);
  if (asked.to <= first || asked.from > last)
    return wrong("nothing was recorded from " + wall_text(asked.from, asked.zone) + " to " + wall_text(asked.to, asked.zone) +
                 "; the log goes from " + begins + " to " + ends);
  std::vector<std::string> notes;
  if (asked.from < first) notes.push_back("The log begins at " + begins + "; so does the replay.");
  if (asked.to > last) notes.push_back("The log ends at " + ends + "; so does the replay.");
  asked.from = std::max(asked.from, first);
  asked.to = std::min(asked.to, last + Duration(1));
  return notes;
}

/// What the reader must know of the rules before everything else.
std::vector<std::string> notes_on_rules(const Recording& recording, const Asked& asked, const std::vector<const journal::Centre*>& rules) {
  std::vector<std::string> notes;
  for (const auto& [at, version] : recording.changes)
    notes.push_back("The rules changed at " + wall_text(at, asked.zone) + " (version " + std::to_string(version) +
                    "); the old rules here are those of the begin all the same.");
  if (asks_of_customers(rules)) notes.emplace_back("Rules ask for customers' records: those of today, not of that day.");
  return notes;
}

Result<Replay> run(const runtime::Settings& settings, const ReplayArguments& arguments, Progress& progress) {
  auto new_rules = read_rules(arguments.rules);
  if (!new_rules) return std::unexpected(new_rules.error());
  auto log = contacts::open_log_reader({.path = settings.store_path});
  if (!log) {
    log.error().context += " (which store it is says server.toml, here -c)";
    return std::unexpected(log.error());
  }
  auto asked = read_times(**log, arguments);
  if (!asked) return std::unexpected(asked.error());
  auto cut = cut_to_log(**log, *asked);
  if (!cut) return std::unexpected(cut.error());
  auto old_rules = rules_at(**log, asked->from);
  if (!old_rules) return std::unexpected(old_rules.error());
  const std::vector<const journal::Centre*> rules{&*old_rules, &*new_rules};
  auto recording = read_recording(**log, wall_bounds(asked->from, asked->to, asked->interval, asked->zone), rules,
                                  [&](double part) { progress.say("reading the log: " + std::to_string(static_cast<int>(part * 100)) + " %"); });
  if (!recording) return std::unexpected(recording.error());

  ReplayOptions options;
  options.seed = arguments.seed;
  options.draws = arguments.draws;
  options.threads = arguments.threads ? arguments.threads : std::max(1U, std::thread::hardware_concurrency());
  options.progress = [&](std::int32_t done, std::int32_t of) {
    progress.say("replaying: " + std::to_string(done) + " of " + std::to_string(of) + " runs");
  };
  auto out =
      sim::what_if::replay(*recording, *old_rules, "version " + std::to_string(old_rules->version), *new_rules, arguments.rules.string(), options);
  if (!out) return out;
  out->title = "Replay of " + wall_text(asked->from, asked->zone) + " to " + wall_text(asked->to, asked->zone) + " (" + asked->zone + ")";
  out->labels = wall_labels(out->bounds, asked->zone);
  std::vector<std::string> notes = notes_on_rules(*recording, *asked, rules);
  notes.insert(notes.end(), cut->begin(), cut->end());
  out->notes.insert(out->notes.begin(), notes.begin(), notes.end());
  return out;
}

}  // namespace

int replay(const runtime::Settings& settings, const ReplayArguments& arguments) {
  Result<Replay> done;
  {
    Progress progress;
    done = run(settings, arguments, progress);
  }
  if (!done) return refuse(done.error());
  if (!arguments.html.empty()) {
    std::ofstream page(arguments.html, std::ios::binary);
    page << html_report(*done);
    if (!page.flush()) return refuse("cannot write " + arguments.html.string());
  }
  std::cout << (arguments.json ? json_report(*done) : text_report(*done)) << std::flush;
  return std::cout.good() ? 0 : refuse("cannot write the report");
}

}  // namespace callwright::server
