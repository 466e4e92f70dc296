#include "contacts/centre_toml.hpp"

#include <absl/time/time.h>

#include <algorithm>

#include "contacts/centre_channel_toml.hpp"
#include "contacts/centre_observed_toml.hpp"
#include "contacts/centre_part.hpp"
#include "contacts/centre_queue_toml.hpp"
#include "contacts/centre_service.hpp"
#include "contacts/centre_switch_toml.hpp"
#include "contacts/hours_text.hpp"
#include "contacts/references.hpp"
#include "contacts/toml_printer.hpp"
#include "contacts/toml_table.hpp"

namespace callwright::contacts {
namespace {

using journal::Centre;

/// What is wrong with the name of a time zone; empty: nothing.
std::string zone_fault(const std::string& name) {
  // A name of the database, neither a path of this machine nor what this machine is set to.
  const bool plain = std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' || c == '_' || c == '+' || c == '-';
  });
  if (!plain || name.empty() || name.starts_with('/') || name == "localtime") return "must be a name such as \"Europe/London\"";
  absl::TimeZone zone;
  return absl::LoadTimeZone(name, &zone) ? "" : "'" + name + "' is not in this machine's time zone database (package tzdata)";
}

/// Reads the document, then checks what stands where against the rest of it. Lines are kept for that second look.
class Reading {
 public:
  Reading(Faults& faults, bool judges) : faults_(faults), references_(faults, judges) {}

  Centre read(const toml::table& root) {
    {
      Table top(root, "the centre", faults_);
      top.name("name", centre_.name, true);
      top.checked("time_zone", centre_.time_zone, 64, zone_fault);
      top.integer("seed", centre_.seed, INT64_MIN, INT64_MAX);
      read_channels(top, centre_);
      skills_and_queues(top);
      top.tables("agent", "an agent", [&](Table& table) { agent(table); });
      top.tables("switch", "a switch", [&](Table& table) { telephone_switch(table); });
      top.tables("entry", "an entry", [&](Table& table) { entry(table); });
      top.tables("pause_reason", "a pause reason", [&](Table& table) { pause_reason(table); });
    }
    references_.later([this] { judge_service(); });
    return finish();
  }

  /// What queues stand on, and they themselves.
  void skills_and_queues(Table& top) {
    top.tables("skill", "a skill", [&](Table& table) { skill(table); });
    top.tables("queue", "a queue", [&](Table& table) { centre_.queues.push_back(read_queue(table, references_, queue_lines_.emplace_back())); });
    top.tables("disposition", "a disposition", [&](Table& table) { disposition(table); });
    top.tables("hours", "hours", [&](Table& table) { hours(table); });
  }
  /// Once everything is read.
  Centre finish() {
    references_.look();
    judge_shares();
    return std::move(centre_);
  }
  References& references() { return references_; }

 private:
  void skill(Table& table) {
    journal::Skill skill;
    table.key("id", skill.id);
    table.name("name", skill.name, true);
    table.name("name_zh", skill.name_zh);
    references_.once("skill", skill.id.value, table.line());
    centre_.skills.push_back(std::move(skill));
  }

  void agent(Table& table) {
    journal::Agent agent;
    table.key("id", agent.id);
    table.name("name", agent.name, true);
    table.key("switch", agent.switch_id);
    table.text("device", agent.device, true, 128);
    read_capacity(table, agent);
    read_skills_and_queues_of(table, references_, agent);
    references_.once("agent", agent.id.value, table.line());
    references_.once("device", agent.device.empty() ? "" : agent.switch_id.value + " " + agent.device, table.line());
    references_.refer("switch", agent.switch_id.value, table.line());
    references_.later([this, id = agent.id, line = table.line()] {
      if (const std::string what = authority_fault(centre_, id); !what.empty()) faults_.add(line, what);
    });
    references_.later([this, id = agent.switch_id, device = agent.device, line = table.line()] {
      const auto on = std::ranges::find(centre_.switches, id, &journal::Switch::id);
      if (on != centre_.switches.end() && on->kind == "asterisk" && device.starts_with("Local/"))
        faults_.add(line, "device '" + device + "' is a way through the dialplan and no phone: name the phone, such as PJSIP/agent1");
    });
    centre_.agents.push_back(std::move(agent));
  }

  void telephone_switch(Table& table) {
    journal::Switch out = read_switch(table);
    references_.once("switch", out.id.value, table.line());
    centre_.switches.push_back(std::move(out));
  }

  void entry(Table& table) {
    journal::Entry entry;
    table.key("switch", entry.switch_id);
    table.text("number", entry.number, true, 64);
    table.key("queue", entry.queue);
    references_.once("entry", entry.number.empty() ? "" : entry.switch_id.value + " " + entry.number, table.line());
    references_.refer("switch", entry.switch_id.value, table.line());
    refer_destination(references_, entry.queue, table.line());
    centre_.entries.push_back(std::move(entry));
  }

  void pause_reason(Table& table) {
    journal::PauseReason reason;
    QueueId code;
    table.key("code", code);
    reason.code = code.value;
    table.name("name", reason.name, true);
    table.name("name_zh", reason.name_zh);
    table.duration("limit", reason.limit, Duration::zero(), std::chrono::hours(24));
    static constexpr std::array system = {"no_answer", "connection_lost", "supervisor", "handed_over"};
    if (std::ranges::any_of(system, [&](const char* each) { return reason.code == each; })) table.fault("'" + reason.code + "' is a reason of the system");
    references_.once("pause reason", reason.code, table.line());
    centre_.pause_reasons.push_back(std::move(reason));
  }

  void disposition(Table& table) {
    journal::Disposition disposition;
    QueueId code;
    table.key("code", code);
    disposition.code = code.value;
    table.name("name", disposition.name, true);
    table.name("name_zh", disposition.name_zh);
    table.name("group", disposition.group);
    table.name("group_zh", disposition.group_zh);
    references_.once("disposition", disposition.code, table.line());
    centre_.dispositions.push_back(std::move(disposition));
  }

  void hours(Table& table) {
    journal::Hours hours;
    table.key("id", hours.id);
    table.name("name", hours.name, true);
    table.name("name_zh", hours.name_zh);
    table.checked("time_zone", hours.time_zone, 64, zone_fault);
    const std::size_t faults = faults_.count();
    std::vector<std::string> texts;
    table.texts("week", texts, [&](const std::string& text) -> std::string {
      const auto ranges = read_week_ranges(text);
      if (!ranges) return ranges.error();
      for (const journal::WeekRange& each : *ranges)
        for (const journal::WeekRange& other : hours.week)
          if (other.weekday == each.weekday && overlap(other.range, each.range))
            return "holds " + range_text(each.range) + " on " + std::string(weekday_text(each.weekday)) + ", which overlaps " + range_text(other.range);
      hours.week.insert(hours.week.end(), ranges->begin(), ranges->end());
      return {};
    });
    std::ranges::sort(hours.week);
    table.tables("exception", "an exception", [&](Table& inner) { exception(inner, hours); });
    if (!hours.ever_open() && faults_.count() == faults) table.fault("they never open: neither 'week' nor an exception's 'open' holds a range");
    references_.once("hours", hours.id.value, table.line());
    centre_.hours.push_back(std::move(hours));
  }

  void exception(Table& table, journal::Hours& of) {
    journal::HoursException exception;
    std::string date;
    const auto date_fault = [](const std::string& text) {
      const auto read = read_date(text);
      return read ? std::string() : read.error();
    };
    table.checked("date", date, 32, date_fault, true);
    table.name("name", exception.name, true);
    table.name("name_zh", exception.name_zh);
    std::vector<std::string> texts;
    table.texts("open", texts, [&](const std::string& text) -> std::string {
      const auto range = read_day_range(text);
      if (!range) return range.error();
      for (const journal::DayRange& other : exception.open)
        if (overlap(other, *range)) return "holds " + range_text(*range) + ", which overlaps " + range_text(other);
      exception.open.push_back(*range);
      return {};
    });
    std::ranges::sort(exception.open);
    const auto read = read_date(date);
    if (!read) return;
    exception.date = *read;
    if (std::ranges::find(of.exceptions, exception.date, &journal::HoursException::date) != of.exceptions.end())
      table.fault("date " + date + " stands twice");
    of.exceptions.push_back(std::move(exception));
  }

  /// Shares are parts of one whole.
  void judge_shares() {
    std::int64_t sum = 0, line = 0;
    for (std::size_t i = 0; i < centre_.queues.size(); ++i) {
      if (!centre_.queues[i].waiting_share) continue;
      sum += centre_.queues[i].waiting_share;
      if (!line) line = queue_lines_[i].queue;
    }
    if (sum && sum != 1000)
      references_.judge(line, "the 'waiting_share' of all queues that have one must be 1000 together, not " + std::to_string(sum));
  }

  void judge_service() {
    for (const Unserved& each : unserved(centre_)) {
      const QueueLines& lines = queue_lines_[each.queue];
      references_.judge(each.rule ? lines.rules[*each.rule] : lines.queue, "queue '" + centre_.queues[each.queue].id.value + "' can never be served" +
                                                                               (each.rule ? " where this rule applies: " : ": ") + each.why);
    }
    for (const std::vector<std::size_t>& circle : circles(centre_)) {
      std::string round;
      for (std::size_t queue : circle) round += "'" + centre_.queues[queue].id.value + "', ";
      references_.judge(queue_lines_[circle.front()].queue, "queues send their contacts on in a circle: " + round + "and '" + centre_.queues[circle.front()].id.value + "' again");
    }
  }

  Faults& faults_;
  References references_;
  Centre centre_;
  std::vector<QueueLines> queue_lines_;
};

// --- printing ---------------------------------------------------------------------------------------------------------------

void print(TomlPrinter& out, const journal::Agent& agent) {
  out.heading("[[agent]]");
  out.text("id", agent.id.value);
  out.text("name", agent.name);
  out.text("switch", agent.switch_id.value);
  out.text("device", agent.device);
  print_capacity(out, agent);
  print_skills_and_queues_of(out, agent);
}

void print(TomlPrinter& out, const journal::Switch& each) { print_switch(out, each); }

void print(TomlPrinter& out, const journal::Hours& hours) {
  out.heading("[[hours]]");
  out.text("id", hours.id.value);
  out.text("name", hours.name);
  out.text_if("name_zh", hours.name_zh);
  out.text_if("time_zone", hours.time_zone);
  out.list("week", week_texts(hours.week));
  for (const journal::HoursException& exception : hours.exceptions) {
    out.heading("[[hours.exception]]");
    out.text("date", date_text(exception.date));
    out.text("name", exception.name);
    out.text_if("name_zh", exception.name_zh);
    std::vector<std::string> open;
    for (const journal::DayRange& range : exception.open) open.push_back(range_text(range));
    if (open.empty()) out.line("open", "[]");
    else out.list("open", open);
  }
}

}  // namespace

class CentrePart::Impl : public Reading {
  using Reading::Reading;
};

CentrePart::CentrePart(Faults& faults) : impl_(std::make_unique<Impl>(faults, true)) {}
CentrePart::~CentrePart() = default;
void CentrePart::skills_and_queues(Table& top) { impl_->skills_and_queues(top); }
void CentrePart::skills_and_queues_of(Table& table, journal::Agent& agent) { read_skills_and_queues_of(table, impl_->references(), agent); }
void CentrePart::once(const std::string& kind, const std::string& name, std::int64_t line) { impl_->references().once(kind, name, line); }
void CentrePart::refer(const std::string& kind, const std::string& name, std::int64_t line) { impl_->references().refer(kind, name, line); }
journal::Centre CentrePart::finish() { return impl_->finish(); }

namespace {

Result<Centre> read_centre(std::string_view text, bool judges) {
  const toml::parse_result parsed = toml::parse(text);
  if (!parsed)
    return fail(Errc::invalid, "line " + std::to_string(parsed.error().source().begin.line) + ": " + std::string(parsed.error().description()));
  Faults faults;
  Centre centre = Reading(faults, judges).read(parsed.table());
  if (!faults.empty()) return fail(Errc::invalid, faults.text());
  return centre;
}

}  // namespace

Result<Centre> parse_centre(std::string_view text) { return read_centre(text, true); }
Result<Centre> parse_stored_centre(std::string_view text) { return read_centre(text, false); }

std::string print_centre(const Centre& centre) {
  TomlPrinter out;
  out.text("name", centre.name);
  out.text("time_zone", centre.time_zone);
  out.number("seed", centre.seed);
  print_channels(out, centre);
  for (const journal::Skill& skill : centre.skills) {
    out.heading("[[skill]]");
    out.text("id", skill.id.value);
    out.text("name", skill.name);
    out.text_if("name_zh", skill.name_zh);
  }
  for (const journal::Queue& queue : centre.queues) print_queue(out, queue);
  for (const journal::Agent& agent : centre.agents) print(out, agent);
  for (const journal::Switch& each : centre.switches) print(out, each);
  for (const journal::Entry& entry : centre.entries) {
    out.heading("[[entry]]");
    out.text("switch", entry.switch_id.value);
    out.text("number", entry.number);
    out.text("queue", entry.queue.value);
  }
  for (const journal::PauseReason& reason : centre.pause_reasons) {
    out.heading("[[pause_reason]]");
    out.text("code", reason.code);
    out.text("name", reason.name);
    out.text_if("name_zh", reason.name_zh);
    out.text("limit", text_of(reason.limit));
  }
  for (const journal::Disposition& disposition : centre.dispositions) {
    out.heading("[[disposition]]");
    out.text("code", disposition.code);
    out.text("name", disposition.name);
    out.text_if("name_zh", disposition.name_zh);
    out.text_if("group", disposition.group);
    out.text_if("group_zh", disposition.group_zh);
  }
  for (const journal::Hours& hours : centre.hours) print(out, hours);
  return out.take();
}

}  // namespace callwright::contacts
