#include "sim/what_if/read_recording.hpp"

#include <algorithm>
#include <set>
#include <string>

#include "base/expression/expression.hpp"

namespace callwright::sim::what_if {
namespace {

struct Asked {
  std::set<std::string> attributes;
  bool last_agent = false;

  bool any(std::string_view beginning) const {
    return std::ranges::any_of(attributes, [&](const std::string& name) { return name.starts_with(beginning); });
  }
};

Asked asked_by(const std::vector<const journal::Centre*>& rules) {
  Asked out;
  for (const journal::Centre* centre : rules)
    for (const journal::Queue& queue : centre->queues) {
      for (const journal::Rule& rule : queue.rules)
        if (const auto condition = expression::parse(rule.when)) out.attributes.insert(condition->names().begin(), condition->names().end());
      if (queue.named_agent_points || queue.named_agent_hold.count()) out.attributes.insert("data.agent");
      out.last_agent = out.last_agent || queue.last_agent_points || queue.last_agent_hold.count();
    }
  return out;
}

/// Visits the facts from `from` on until `visit` says false or the log ends.
template <class Visit>
Result<void> each_part(contacts::LogReader& log, Instant from, const std::vector<journal::Kind>& kinds, contacts::LogReader::Personal personal,
                       Visit visit) {
  auto seq = log.seq_at(from);
  if (!seq) return std::unexpected(seq.error());
  for (;;) {
    auto part = log.facts(*seq, kinds, personal);
    if (!part) return std::unexpected(part.error());
    if (!visit(*part) || part->last) return {};
    seq = part->next_seq;
  }
}

}  // namespace

Result<journal::Centre> rules_at(contacts::LogReader& log, Instant at) {
  std::int64_t version = 0, later = 0;
  const auto read =
      each_part(log, at - kLead, {journal::Kind::config_applied}, contacts::LogReader::Personal::leave, [&](const contacts::LogPart& part) {
        for (const journal::Fact& fact : part.facts) {
          (fact.at <= at ? version : later) = std::get<journal::ConfigApplied>(fact.body).centre_version;
          if (later) return false;
        }
        return true;
      });
  if (!read) return std::unexpected(read.error());
  if (!version) {
    auto heads = log.centres().all();
    if (!heads) return std::unexpected(heads.error());
    for (const auto& head : *heads)
      if (head.at <= at) version = std::max(version, head.version);
  }
  if (!version) version = later;
  if (!version) return fail(contacts::Errc::not_found, "no centre document was in force then");
  return log.centres().get(version);
}

bool asks_of_customers(const std::vector<const journal::Centre*>& rules) { return asked_by(rules).any("customer."); }

Result<Recording> read_recording(contacts::LogReader& log, std::vector<Instant> bounds, const std::vector<const journal::Centre*>& rules,
                                 const ReadProgress& progress) {
  const Asked asked = asked_by(rules);
  const bool asks_customers = asked.last_agent || asked.any("customer.");
  const Instant from = bounds.front(), until = bounds.back() + kTail, stop = until + kLongestTalk;
  Result<void> looked_up;
  const CustomerAsked customer = [&](CustomerId id, ContactId contact) {
    journal::CustomerTraits traits;
    if (asked.any("customer.")) {
      if (auto known = log.traits(id)) traits.attributes = std::move(known->attributes);
      else looked_up = std::unexpected(known.error());
    }
    if (asked.last_agent) {
      if (auto agent = log.last_agent(id, contact)) traits.last_agent = std::move(*agent);
      else looked_up = std::unexpected(agent.error());
    }
    return traits;
  };
  Recorder recorder(std::move(bounds), until, asked.attributes, asks_customers ? customer : CustomerAsked{});
  if (!rules.empty()) recorder.leave_out(journal::observed_agents(*rules.front()));
  const bool opens = asked.attributes.contains("caller") || asked.any("data.");
  Instant last = from;
  const auto read =
      each_part(log, from - kLead, Recorder::kinds(), opens ? contacts::LogReader::Personal::open : contacts::LogReader::Personal::leave,
                [&](const contacts::LogPart& part) {
                  for (const journal::Fact& fact : part.facts) {
                    if (fact.at >= stop) return false;
                    recorder.apply(fact);
                    last = std::max(last, fact.at);
                  }
                  if (progress)
                    progress(std::clamp(static_cast<double>((last - (from - kLead)).count()) / static_cast<double>((until - (from - kLead)).count()),
                                        0.0, 1.0));
                  return looked_up.has_value() && (last < until || !recorder.whole());
                });
  if (!read) return std::unexpected(read.error());
  if (!looked_up) return std::unexpected(looked_up.error());
  return recorder.finish(last);
}

}  // namespace callwright::sim::what_if
