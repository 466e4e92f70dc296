#include "contacts/centre_queue_toml.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <string>

#include "base/expression/expression.hpp"
#include "contacts/centre_observed_toml.hpp"
#include "journal/attributes.hpp"
#include "journal/requirements.hpp"

namespace callwright::contacts {
namespace {

using namespace std::chrono_literals;
using journal::AfterRona;
using journal::Requirement;
using journal::Strategy;
using journal::Treatment;

constexpr std::int32_t kMostPoints = 100'000;
constexpr std::size_t kMostSteps = 100;   ///< each visit's first fact holds what all of them ask for
constexpr std::size_t kMostAnnouncements = 10;
constexpr std::size_t kMostSays = 8;      ///< parts of one announcement
constexpr std::size_t kMediaLimit = 80;
constexpr std::size_t kMostRules = 1000;  ///< all of them are asked for each contact

constexpr Word<Requirement::Kind> kKinds[] = {{"required", Requirement::Kind::required},
                                              {"preferred", Requirement::Kind::preferred},
                                              {"excluded", Requirement::Kind::excluded},
                                              {"value", Requirement::Kind::value}};
constexpr Word<Strategy> kStrategies[] = {{"best", Strategy::best},
                                          {"longest_idle", Strategy::longest_idle},
                                          {"least_occupied", Strategy::least_occupied},
                                          {"round_robin", Strategy::round_robin},
                                          {"percentage", Strategy::percentage},
                                          {"random", Strategy::random},
                                          {"ring_all", Strategy::ring_all},
                                          {"claim", Strategy::claim}};
constexpr Word<Treatment::Action> kTreatments[] = {
    {"wait", Treatment::Action::wait}, {"queue", Treatment::Action::queue}, {"release", Treatment::Action::release}, {"hang_up", Treatment::Action::hang_up}};
constexpr Word<Treatment::HangUp> kHangUps[] = {
    {"normal", Treatment::HangUp::normal}, {"busy", Treatment::HangUp::busy}, {"congestion", Treatment::HangUp::congestion}};
constexpr Word<AfterRona> kAfterRona[] = {{"not_ready", AfterRona::not_ready}, {"ready", AfterRona::ready}};

/// What every switch takes as the name of a recording: a path below its folder of sounds, without an ending.
std::string media_fault(const std::string& name) {
  const auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '/' || c == '.'; };
  const bool good = !name.empty() && name.size() <= kMediaLimit && std::ranges::all_of(name, fits) && name.front() != '/' && name.find("..") == name.npos;
  return good ? "" : "must name a recording by letters, digits, _, -, . and / (at most 80), not beginning with / and without ..";
}

void read_requirements(Table& table, References& references, std::vector<Requirement>& to) {
  std::set<std::pair<std::string, Requirement::Kind>> asked;
  table.tables("requirements", "a requirement", [&](Table& inner) {
    Requirement requirement;
    inner.key("skill", requirement.skill);
    inner.word("kind", requirement.kind, kKinds);
    inner.integer("min_level", requirement.min_level, 0, 100);
    inner.integer("weight", requirement.weight, 0, 1000);
    const std::string& skill = requirement.skill.value;
    if (requirement.kind == Requirement::Kind::excluded && requirement.min_level == 0)
      inner.fault("nobody's level is below 0: skill '" + skill + "' is excluded from a 'min_level' of 1 to 100 on");
    const auto kind = requirement.kind == Requirement::Kind::preferred ? Requirement::Kind::required : requirement.kind;
    if (!asked.emplace(skill, kind).second) inner.fault("skill '" + skill + "' is asked for twice");
    references.refer("skill", skill, inner.line());
    to.push_back(std::move(requirement));
  });
}

/// `NAME` says what becomes of the contact, `NAME_to` in which queue, `NAME_message` what it hears before, `NAME_cause` what who is hung up on is told.
void read_treatment(Table& table, References& references, const char* name, Treatment& to) {
  const std::string key_of_queue = std::string(name) + "_to";
  table.word(name, to.action, kTreatments);
  table.text(key_of_queue.c_str(), to.to.value);
  const bool goes = to.action == Treatment::Action::queue;
  if (goes == to.to.value.empty())
    table.fault(goes ? "'" + key_of_queue + "' must name the queue" : "'" + key_of_queue + "' is only for " + name + " = \"queue\"");
  if (!to.to.value.empty()) refer_destination(references, to.to, table.line());
  const std::string key_of_message = std::string(name) + "_message", key_of_cause = std::string(name) + "_cause";
  table.checked(key_of_message.c_str(), to.message, kMediaLimit, media_fault);
  const bool says_cause = table.find(key_of_cause.c_str(), false);
  table.word(key_of_cause.c_str(), to.cause, kHangUps);
  if (says_cause && to.action != Treatment::Action::hang_up) table.fault("'" + key_of_cause + "' is only for " + name + " = \"hang_up\"");
}

void print_treatment(TomlPrinter& out, const char* name, const Treatment& treatment) {
  out.text(name, word_of(treatment.action, kTreatments));
  out.text_if((std::string(name) + "_to").c_str(), treatment.to.value);
  out.text_if((std::string(name) + "_message").c_str(), treatment.message);
  if (treatment.action == Treatment::Action::hang_up) out.text((std::string(name) + "_cause").c_str(), word_of(treatment.cause, kHangUps));
}

/// "position", "estimate" or "media:NAME", each once.
void read_says(Table& table, const char* key, std::vector<journal::Say>& to) {
  std::vector<std::string> texts;
  table.texts(key, texts, [&](const std::string& text) -> std::string {
    journal::Say say;
    if (text == "position") say.what = journal::Say::What::position;
    else if (text == "estimate") say.what = journal::Say::What::estimate;
    else if (!text.starts_with("media:")) return "must hold \"position\", \"estimate\" or \"media:NAME\"";
    else if (say.media = text.substr(6); !media_fault(say.media).empty()) return media_fault(say.media);
    if (std::ranges::find(to, say) != to.end()) return "says " + quoted(text) + " twice";
    to.push_back(std::move(say));
    return {};
  });
  if (to.size() > kMostSays) table.fault("'" + std::string(key) + "' has more than " + std::to_string(kMostSays) + " parts");
}

std::vector<std::string> texts_of(const std::vector<journal::Say>& says) {
  std::vector<std::string> texts;
  for (const journal::Say& say : says)
    texts.push_back(say.what == journal::Say::What::position ? "position" : say.what == journal::Say::What::estimate ? "estimate" : "media:" + say.media);
  return texts;
}

journal::Announcement read_announcement(Table& table) {
  journal::Announcement announcement;
  if (table.find("after", true)) table.duration("after", announcement.after, 1s, 24h);
  table.duration("every", announcement.every, 10s, 24h);
  if (table.find("what", true)) {
    const std::size_t faults = table.faults();
    read_says(table, "what", announcement.what);
    if (announcement.what.empty() && table.faults() == faults) table.fault("'what' says nothing");
  }
  return announcement;
}

void read_callbacks(Table& table, journal::CallbackRules& to) {
  table.boolean("callbacks", to.offered);
  table.integer("callback_attempts", to.attempts, 1, 10);
  table.duration("callback_retry", to.retry, 1min, 24h);
  table.duration("callback_ring", to.ring, 10s, 2min);
  table.duration("callback_keep", to.keep, 5min, 24h * 31);
  table.duration("callback_agent_hold", to.agent_hold, 0s, 24h);
  table.checked("callback_key", to.key, 1, [](const std::string& text) {
    return text.size() == 1 && std::string_view("0123456789*#").find(text) != std::string_view::npos ? "" : "must be one of 0-9, * and #";
  });
  table.duration("recall_after", to.recall_after, 0s, 24h);
  table.integer("recall_attempts", to.recall_attempts, 1, 10);
  if (!to.offered && to != journal::CallbackRules{}) table.fault("says how callbacks are made and offers none: 'callbacks' must be true");
}

void print_callbacks(TomlPrinter& out, const journal::CallbackRules& rules) {
  if (!rules.offered) return;
  out.boolean("callbacks", true);
  out.number("callback_attempts", rules.attempts);
  out.text("callback_retry", text_of(rules.retry));
  out.text("callback_ring", text_of(rules.ring));
  out.text("callback_keep", text_of(rules.keep));
  out.text("callback_agent_hold", text_of(rules.agent_hold));
  out.text_if("callback_key", rules.key);
  out.text("recall_after", text_of(rules.recall_after));
  out.number("recall_attempts", rules.recall_attempts);
}

journal::Overflow read_overflow(Table& table, References& references) {
  journal::Overflow overflow;
  table.duration("after", overflow.after, 1s, 24h);
  table.integer("longer_than", overflow.longer_than, 1, 100'000);
  table.duration("estimate", overflow.estimate, 1s, 24h);
  table.key("to", overflow.to);
  table.boolean("keeps_place", overflow.keeps_place);
  const int set = (overflow.after > 0s) + (overflow.longer_than > 0) + (overflow.estimate > 0s);
  if (set != 1) table.fault("one of 'after', 'longer_than' and 'estimate' says when");
  refer_destination(references, overflow.to, table.line());
  return overflow;
}

/// The line of the document on which a line of this text stands; that of its beginning if it is written in another way than it reads.
std::int64_t line_within(const toml::node& text, const std::string& value, std::uint32_t line) {
  const auto region = text.source();
  const auto lines = static_cast<std::int64_t>(region.end.line) - static_cast<std::int64_t>(region.begin.line);
  const auto breaks = std::ranges::count(value, '\n');
  const std::int64_t first = lines > breaks ? 1 : 0;  // TOML leaves out a line end right behind the quotes
  return line_of(text) + (lines >= breaks ? first + line - 1 : 0);
}

void read_condition(Table& table, References& references, std::string& to) {
  const toml::node* node = table.find("when", true);
  if (!node) return;
  const auto* value = node->as_string();
  if (!value) return table.wrong(*node, "when", "must be text");
  to = value->get();
  if (const auto condition = expression::parse(to, journal::attribute_names()); !condition) {
    const expression::Fault& fault = condition.error();
    references.judge(line_within(*node, to, fault.line), "a rule: 'when', column " + std::to_string(fault.column) + ": " + fault.message);
  }
}

journal::Rule read_rule(Table& table, References& references) {
  journal::Rule rule;
  read_condition(table, references, rule.when);
  read_requirements(table, references, rule.requirements);
  table.integer("priority", rule.priority, -kMostPoints, kMostPoints);
  table.duration("credit", rule.credit, 0s, 1h);
  table.checked("named_agent", rule.named_agent.value, 32,
                [](const std::string& text) { return is_key(text) ? "" : "must be 1 to 32 of a-z, 0-9, _ and -"; });
  references.refer("agent", rule.named_agent.value, table.line());
  return rule;
}

journal::Step read_step(Table& table, References& references) {
  journal::Step step;
  if (table.find("after", true)) table.duration("after", step.after, 1s, 24h);
  std::set<std::string> relaxed;
  table.tables("relaxed", "what a step relaxes", [&](Table& inner) {
    Requirement to;
    inner.key("skill", to.skill);
    inner.word("kind", to.kind, kKinds);
    const bool level = inner.find("min_level", false);
    inner.integer("min_level", to.min_level, 0, 100);
    const bool gate = to.kind == Requirement::Kind::required;
    if (!gate && to.kind != Requirement::Kind::preferred) inner.fault("'kind' must be \"preferred\": a step lowers a gate or lets it fall");
    else if (gate != level) inner.fault("must have either 'min_level' or kind = \"preferred\"");
    if (!relaxed.insert(to.skill.value).second) inner.fault("skill '" + to.skill.value + "' stands twice");
    references.refer("skill", to.skill.value, inner.line());
    step.relaxed.push_back(std::move(to));
  });
  table.integer("boost", step.boost, 0, kMostPoints);
  return step;
}

/// Steps come one after the other, and each asks for no more than the one before.
void judge_steps(const journal::Queue& queue, const std::vector<std::int64_t>& lines, References& references) {
  std::vector<Requirement> gates;  // the queue's and all that rules may add
  const auto take = [&](const Requirement& one) {
    if (one.kind == Requirement::Kind::required) gates.push_back(one);
  };
  std::ranges::for_each(queue.requirements, take);
  for (const journal::Rule& rule : queue.rules) std::ranges::for_each(rule.requirements, take);
  for (std::size_t i = 0; i < queue.steps.size(); ++i) {
    const auto wrong = [&](const std::string& what) { references.judge(lines[i], "a step: " + what); };
    const journal::Step& step = queue.steps[i];
    if (i && step.after <= queue.steps[i - 1].after)
      wrong("'after' is " + text_of(step.after) + ", not later than the " + text_of(queue.steps[i - 1].after) + " of the step before");
    for (const Requirement& relaxed : step.relaxed) {
      const std::string& skill = relaxed.skill.value;
      if (skill.empty()) continue;
      bool named = false, stands = false;
      std::int32_t highest = 0;
      for (const Requirement& gate : gates) {
        if (gate.skill != relaxed.skill) continue;
        named = true;
        if (gate.kind != Requirement::Kind::required) continue;
        stands = true;
        highest = std::max(highest, gate.min_level);
      }
      if (!named) wrong("relaxes '" + skill + "', which neither the queue nor a rule of it requires");
      else if (!stands) wrong("relaxes '" + skill + "', which an earlier step has made preferred");
      else if (relaxed.kind == Requirement::Kind::required && relaxed.min_level > highest)
        wrong("would raise '" + skill + "' from " + std::to_string(highest) + " to " + std::to_string(relaxed.min_level) + "; steps only relax");
      journal::relax(gates, relaxed);
    }
  }
}

std::string requirement_text(const Requirement& each) {
  return "skill = " + quoted(each.skill.value) + ", kind = " + quoted(word_of(each.kind, kKinds)) +
         ", min_level = " + std::to_string(each.min_level) + ", weight = " + std::to_string(each.weight);
}

std::string relaxed_text(const Requirement& each) {
  return "skill = " + quoted(each.skill.value) +
         (each.kind == Requirement::Kind::required ? ", min_level = " + std::to_string(each.min_level)
                                                   : ", kind = " + quoted(word_of(each.kind, kKinds)));
}

}  // namespace

journal::Queue read_queue(Table& table, References& references, QueueLines& lines) {
  journal::Queue queue;
  lines.queue = table.line();
  table.key("id", queue.id);
  table.name("name", queue.name, true);
  table.name("name_zh", queue.name_zh);
  if (read_observed(table, references, queue)) return queue;
  read_requirements(table, references, queue.requirements);
  table.integer("priority", queue.priority, 0, kMostPoints);
  table.integer("age_per_minute", queue.age_per_minute, 0, 10'000);
  table.integer("idle_per_minute", queue.idle_per_minute, 0, 10'000);
  table.word("strategy", queue.strategy, kStrategies);
  table.integer("strategy_points", queue.strategy_points, 0, kMostPoints);
  if (table.find("group_size", false) && !journal::makes_groups(queue.strategy))
    table.fault("'group_size' is only for strategy = \"ring_all\" or \"claim\"");
  table.integer("group_size", queue.group_size, 2, journal::kGroupLimit);
  table.integer("last_agent_points", queue.last_agent_points, 0, kMostPoints);
  table.duration("last_agent_hold", queue.last_agent_hold, 0s, 1h);
  table.integer("named_agent_points", queue.named_agent_points, 0, kMostPoints);
  table.duration("named_agent_hold", queue.named_agent_hold, 0s, 1h);
  table.integer("resolution_weight", queue.resolution_weight, 0, 1000);
  table.integer("satisfaction_weight", queue.satisfaction_weight, 0, 1000);
  table.integer("target", queue.target, 0, 100);
  table.integer("target_points", queue.target_points, 0, 1000);
  table.integer("waiting_share", queue.waiting_share, 0, 1000);
  table.integer("balance_points", queue.balance_points, 0, 1000);
  table.integer("load_points", queue.load_points, 0, 10'000);
  table.duration("ring_timeout", queue.ring_timeout, 1s, 5min);
  table.duration("exclude_after_rona", queue.exclude_after_rona, 0s, 1h);
  table.word("after_rona", queue.after_rona, kAfterRona);
  table.integer("rona_boost", queue.rona_boost, 0, 10'000);
  table.boolean("auto_answer", queue.auto_answer);
  if (queue.auto_answer && queue.strategy == Strategy::ring_all)
    table.fault("'auto_answer' with strategy = \"ring_all\" would answer whichever phone rings first; \"claim\" answers for who claims");
  table.duration("wrap_up", queue.wrap_up, 0s, 1h);
  table.duration("wrap_up_extension", queue.wrap_up_extension, 0s, 1h);
  table.integer("wrap_up_extensions", queue.wrap_up_extensions, 0, 100);
  table.duration("service_level", queue.service_level, 1s, 1h);
  table.duration("short_abandon", queue.short_abandon, 0s, 5min);
  table.texts("dispositions", queue.dispositions, [&](const std::string& code) {
    references.refer("disposition", code, table.line());
    return std::ranges::find(queue.dispositions, code) == queue.dispositions.end() ? "" : "names '" + code + "' twice";
  });
  table.text("hours", queue.hours.value);
  if (queue.hours) references.refer("hours", queue.hours.value, table.line());
  read_treatment(table, references, "closed", queue.closed);
  read_treatment(table, references, "no_agents", queue.no_agents);
  read_treatment(table, references, "emergency", queue.emergency);
  if (queue.id && queue.emergency.to == queue.id) table.fault("'emergency_to' is the queue itself");
  read_says(table, "greeting", queue.greeting);
  table.tables("announcement", "an announcement", [&](Table& inner) { queue.announcements.push_back(read_announcement(inner)); });
  if (queue.announcements.size() > kMostAnnouncements) table.fault("has more than " + std::to_string(kMostAnnouncements) + " announcements");
  table.tables("overflow", "an overflow", [&](Table& inner) {
    queue.overflow.push_back(read_overflow(inner, references));
    if (queue.overflow.back().to == queue.id) inner.fault("'to' is the queue itself");
  });
  table.boolean("estimates", queue.estimates);
  read_callbacks(table, queue.callback);
  std::vector<std::int64_t> steps;
  table.tables("step", "a step", [&](Table& inner) {
    queue.steps.push_back(read_step(inner, references));
    steps.push_back(inner.line());
  });
  table.tables("rule", "a rule", [&](Table& inner) {
    queue.rules.push_back(read_rule(inner, references));
    lines.rules.push_back(inner.line());
  });
  if (queue.steps.size() > kMostSteps) table.fault("has more than " + std::to_string(kMostSteps) + " steps");
  if (queue.rules.size() > kMostRules) table.fault("has more than " + std::to_string(kMostRules) + " rules");
  judge_steps(queue, steps, references);
  references.once("queue", queue.id.value, table.line());
  return queue;
}

void print_queue(TomlPrinter& out, const journal::Queue& queue) {
  out.heading("[[queue]]");
  out.text("id", queue.id.value);
  out.text("name", queue.name);
  out.text_if("name_zh", queue.name_zh);
  if (queue.observed) return print_observed(out, queue);
  out.rows("requirements", queue.requirements, requirement_text);
  out.number("priority", queue.priority);
  out.number("age_per_minute", queue.age_per_minute);
  out.number("idle_per_minute", queue.idle_per_minute);
  out.text("strategy", word_of(queue.strategy, kStrategies));
  out.number("strategy_points", queue.strategy_points);
  if (journal::makes_groups(queue.strategy)) out.number("group_size", queue.group_size);
  out.number("last_agent_points", queue.last_agent_points);
  out.text("last_agent_hold", text_of(queue.last_agent_hold));
  out.number("named_agent_points", queue.named_agent_points);
  out.text("named_agent_hold", text_of(queue.named_agent_hold));
  out.number("resolution_weight", queue.resolution_weight);
  out.number("satisfaction_weight", queue.satisfaction_weight);
  out.number("target", queue.target);
  out.number("target_points", queue.target_points);
  out.number("waiting_share", queue.waiting_share);
  out.number("balance_points", queue.balance_points);
  out.number("load_points", queue.load_points);
  out.text("ring_timeout", text_of(queue.ring_timeout));
  out.text("exclude_after_rona", text_of(queue.exclude_after_rona));
  out.text("after_rona", word_of(queue.after_rona, kAfterRona));
  out.number("rona_boost", queue.rona_boost);
  out.boolean("auto_answer", queue.auto_answer);
  out.text("wrap_up", text_of(queue.wrap_up));
  out.text("wrap_up_extension", text_of(queue.wrap_up_extension));
  out.number("wrap_up_extensions", queue.wrap_up_extensions);
  out.text("service_level", text_of(queue.service_level));
  out.text("short_abandon", text_of(queue.short_abandon));
  out.list("dispositions", queue.dispositions);
  out.text_if("hours", queue.hours.value);
  print_treatment(out, "closed", queue.closed);
  print_treatment(out, "no_agents", queue.no_agents);
  print_treatment(out, "emergency", queue.emergency);
  out.list("greeting", texts_of(queue.greeting));
  out.boolean("estimates", queue.estimates);
  print_callbacks(out, queue.callback);
  for (const journal::Announcement& announcement : queue.announcements) {
    out.heading("[[queue.announcement]]");
    out.text("after", text_of(announcement.after));
    if (announcement.every > 0s) out.text("every", text_of(announcement.every));
    out.list("what", texts_of(announcement.what));
  }
  for (const journal::Overflow& overflow : queue.overflow) {
    out.heading("[[queue.overflow]]");
    if (overflow.after > 0s) out.text("after", text_of(overflow.after));
    if (overflow.longer_than > 0) out.number("longer_than", overflow.longer_than);
    if (overflow.estimate > 0s) out.text("estimate", text_of(overflow.estimate));
    out.text("to", overflow.to.value);
    out.boolean("keeps_place", overflow.keeps_place);
  }
  for (const journal::Step& step : queue.steps) {
    out.heading("[[queue.step]]");
    out.text("after", text_of(step.after));
    out.rows("relaxed", step.relaxed, relaxed_text);
    out.number("boost", step.boost);
  }
  for (const journal::Rule& rule : queue.rules) {
    out.heading("[[queue.rule]]");
    out.text("when", rule.when);
    out.rows("requirements", rule.requirements, requirement_text);
    out.number("priority", rule.priority);
    out.text("credit", text_of(rule.credit));
    out.text_if("named_agent", rule.named_agent.value);
  }
}

void read_skills_and_queues_of(Table& table, References& references, journal::Agent& agent) {
  std::set<std::string> seen;
  table.tables("skills", "an agent's skill", [&](Table& inner) {
    journal::SkillLevel level;
    inner.key("skill", level.skill);
    inner.integer("level", level.level, 0, 100, true);
    if (!seen.insert("skill " + level.skill.value).second) inner.fault("skill '" + level.skill.value + "' stands twice");
    references.refer("skill", level.skill.value, inner.line());
    agent.skills.push_back(std::move(level));
  });
  table.tables("queues", "an agent's queue", [&](Table& inner) {
    journal::QueueMembership membership;
    inner.key("queue", membership.queue);
    inner.integer("rank", membership.rank, -10'000, 10'000);
    inner.integer("share", membership.share, 1, 1000);
    inner.integer("resolution", membership.resolution, 0, 100);
    inner.integer("satisfaction", membership.satisfaction, 0, 100);
    if (!seen.insert("queue " + membership.queue.value).second) inner.fault("queue '" + membership.queue.value + "' stands twice");
    references.refer("queue", membership.queue.value, inner.line());
    agent.queues.push_back(std::move(membership));
  });
}

void print_skills_and_queues_of(TomlPrinter& out, const journal::Agent& agent) {
  out.rows("skills", agent.skills,
           [](const journal::SkillLevel& each) { return "skill = " + quoted(each.skill.value) + ", level = " + std::to_string(each.level); });
  out.rows("queues", agent.queues, [](const journal::QueueMembership& each) {
    return "queue = " + quoted(each.queue.value) + ", rank = " + std::to_string(each.rank) + ", share = " + std::to_string(each.share) +
           ", resolution = " + std::to_string(each.resolution) + ", satisfaction = " + std::to_string(each.satisfaction);
  });
}

}  // namespace callwright::contacts
