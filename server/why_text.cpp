#include "server/why_text.hpp"

#include <algorithm>
#include <vector>

#include "contacts/decision_rates.hpp"
#include "journal/counterfactual.hpp"
#include "server/terminal.hpp"

namespace callwright::server {
namespace {

using journal::Gate, journal::OfferEnd, journal::TermKind, journal::Way;

constexpr std::size_t kNameWidth = 30;
constexpr std::size_t kColumnWidth = 12;
constexpr std::size_t kKept = 3;  ///< candidates that a decision keeps, if so many were left

std::string left(std::string text, std::size_t width) { return text.size() < width ? text + std::string(width - text.size(), ' ') : text; }
std::string right(const std::string& text, std::size_t width) {
  return text.size() < width ? std::string(width - text.size(), ' ') + text : " " + text;
}

/// Milli-points as points, to a tenth.
std::string points(std::int64_t milli) {
  const std::int64_t tenths = (milli < 0 ? milli - 50 : milli + 50) / 100;
  std::string text = std::to_string(std::abs(tenths) / 10);
  if (tenths % 10) text += "." + std::to_string(std::abs(tenths) % 10);
  return tenths < 0 ? "-" + text : text;
}

std::string length(std::int64_t seconds) {
  if (seconds < 60) return std::to_string(seconds) + " s";
  return std::to_string(seconds / 60) + " min" + (seconds % 60 ? " " + std::to_string(seconds % 60) + " s" : "");
}

const char* words(Gate gate) {
  switch (gate) {
    case Gate::member: return "serves the queue";
    case Gate::signed_in: return "signed in";
    case Gate::ready: return "ready, without an offer";
    case Gate::device_free: return "phone free and reachable";
    case Gate::skills: return "has the skill levels";
    case Gate::not_excluded: return "not excluded for this contact";
    case Gate::not_held: return "not held for somebody else";
    case Gate::switch_up: return "on a switch whose link is up";
    case Gate::capacity: return "has room for one more";
  }
  return "another rule";
}

std::string words(const journal::Term& term) {
  switch (term.kind) {
    case TermKind::skill: return term.skill.value;
    case TermKind::customer_value: return "customer's value, " + term.skill.value;
    case TermKind::rank: return "rank in this queue";
    case TermKind::priority: return "priority";
    case TermKind::age: return "wait";
    case TermKind::idle: return "idle time";
    case TermKind::boost: return "boost";
    case TermKind::target: return "service level below target";
    case TermKind::balance: return "waiting above the share";
    case TermKind::last_agent: return "last agent";
    case TermKind::named_agent: return "named agent";
    case TermKind::resolution: return "first-contact resolution";
    case TermKind::satisfaction: return "satisfied customers";
    case TermKind::occupancy: return "occupancy";
    case TermKind::turn: return "turn";
    case TermKind::quota: return "share of offers";
    case TermKind::lot: return "lot";
    case TermKind::load: return "written contacts in hand";
  }
  return "another term";
}

std::string words(const std::optional<OfferEnd>& how) {
  if (!how) return "The offer has not ended.";
  switch (*how) {
    case OfferEnd::accepted: return "The offer was accepted";
    case OfferEnd::refused: return "The offer was declined, or the phone was busy,";
    case OfferEnd::timed_out: return "The offer was not answered and ended";
    case OfferEnd::withdrawn: return "The offer was withdrawn";
    case OfferEnd::elsewhere: return "Somebody else took the contact";
    case OfferEnd::lost: return "The offer was lost with its link";
  }
  return "The offer ended";
}

std::string words(const Way& way, std::int64_t missing, std::int32_t idle_per_minute) {
  if (way.kind == TermKind::idle && way.longer != Duration{})
    return length((way.longer.count() + 999'999) / 1'000'000) + " more of idle time (at " + std::to_string(idle_per_minute) + " points a minute)";
  const journal::Term term{way.kind, way.skill, 0};
  if (way.from == way.to) return "over " + points(missing) + " points more for " + words(term);
  const std::string from = std::to_string(way.from), to = std::to_string(way.to);
  switch (way.kind) {
    case TermKind::rank: return "a rank " + std::to_string(way.to - way.from) + " points higher (" + to + " instead of " + from + ")";
    case TermKind::resolution:
    case TermKind::satisfaction: return words(term) + " of " + to + " % instead of " + from + " %";
    default: return words(term) + " at " + to + " instead of " + from;
  }
}

std::string name_of(const AgentId& id, const journal::Centre& centre) {
  const auto agent = std::ranges::find(centre.agents, id, &journal::Agent::id);
  return agent == centre.agents.end() ? id.value : agent->name + " (" + id.value + ")";
}

void add_gates(std::string& out, const journal::OfferMade& offer) {
  out += "  " + left("Who could take it", kNameWidth) + right("left", 6) + right("removed", 10) + "\n";
  const journal::GateCount* before = nullptr;
  for (const journal::GateCount& gate : offer.gates) {
    out += "  " + left(words(gate.gate), kNameWidth) + right(std::to_string(gate.left), 6) +
           (before ? right(std::to_string(before->left - gate.left), 10) : "") + "\n";
    before = &gate;
  }
}

void add_scores(std::string& out, const journal::OfferMade& offer) {
  out += "  " + left("Score", kNameWidth);
  for (const journal::Candidate& one : offer.best) out += right(one.agent.value, kColumnWidth);
  out += "\n";
  std::vector<journal::Term> rows;
  const auto same = [](const journal::Term& a, const journal::Term& b) { return a.kind == b.kind && a.skill == b.skill; };
  for (const journal::Candidate& one : offer.best)
    for (const journal::Term& term : one.terms)
      if (std::ranges::none_of(rows, [&](const journal::Term& row) { return same(row, term); })) rows.push_back(term);
  for (const journal::Term& row : rows) {
    out += "  " + left(words(row), kNameWidth);
    for (const journal::Candidate& one : offer.best) {
      const auto term = std::ranges::find_if(one.terms, [&](const journal::Term& each) { return same(each, row); });
      out += right(term == one.terms.end() ? "0" : points(term->points), kColumnWidth);
    }
    out += "\n";
  }
  out += "  " + left("total", kNameWidth);
  for (const journal::Candidate& one : offer.best) out += right(points(one.score), kColumnWidth);
  out += "\n";
}

/// Of an agent whose terms the decision does not keep.
std::string not_kept(const journal::OfferMade& offer, const journal::Centre& centre, const AgentId& id) {
  const auto agent = std::ranges::find(centre.agents, id, &journal::Agent::id);
  if (agent == centre.agents.end() || std::ranges::find(agent->queues, offer.queue, &journal::QueueMembership::queue) == agent->queues.end())
    return " does not serve queue " + offer.queue.value + ".";
  if (offer.best.size() < kKept) return " was removed by one of the rules above. Which one is not kept, only how many each removed.";
  return " is not among the best three. Whether a rule removed him, or by how much he was behind, is not kept.";
}

std::string verdict(const contacts::Decision& decision, const journal::Centre& centre, const AgentId& agent) {
  const journal::OfferMade& offer = decision.offer;
  if (agent && agent == offer.agent) return name_of(agent, centre) + " was chosen.";
  if (!offer.pulled_by.empty()) return "A supervisor chose; no scores were compared.";
  const journal::Rates rates = contacts::rates_of(decision, centre);
  const auto would = journal::counterfactual(offer, rates, agent);
  if (!would && agent) return name_of(agent, centre) + not_kept(offer, centre, agent);
  if (!would) return "Nobody else was left.";
  std::string text = name_of(would->agent, centre) +
                     (would->missing ? " was " + points(would->missing) + " points behind." : " had the same score; the order of ties decided.");
  if (would->ways.empty()) return text + " No skill, rank or idle time of his within its limits would have been enough.";
  text += " Enough would have been, each alone:";
  for (const Way& way : would->ways) text += "\n    " + words(way, would->missing, rates.idle_per_minute);
  return text;
}

}  // namespace

std::string why_text(const contacts::Decision& decision, const journal::Centre& centre, const std::function<std::string(const std::string&)>& person,
                     const AgentId& agent) {
  const journal::OfferMade& offer = decision.offer;
  std::string out = "Decision " + std::to_string(offer.decision) + ", " + utc_text(decision.at) + ", queue " + offer.queue.value + ": " +
                    name_of(offer.agent, centre) + "\n";
  if (!offer.pulled_by.empty()) {
    const std::string name = person(offer.pulled_by);
    out += "  Given to him by " + (name.empty() ? offer.pulled_by : name + " (" + offer.pulled_by + ")") + ", past skills, exclusions and holds.\n";
  }
  if (offer.group)
    out += offer.claim ? "  Several were asked at once; the first to claim has the call.\n"
                       : "  Several were asked at once; the first to answer has the call.\n";
  out += "  " + words(decision.how) + (decision.how ? " after " + length((decision.ended_at - decision.at).count() / 1'000'000) + "." : "") + "\n\n";
  add_gates(out, offer);
  out += "\n";
  add_scores(out, offer);
  return out + "\n  " + verdict(decision, centre, agent) + "\n";
}

}  // namespace callwright::server
