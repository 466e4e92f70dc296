#include "journal/counterfactual.hpp"

#include <algorithm>
#include <string>
#include <tuple>

namespace callwright::journal {
namespace {

constexpr std::int64_t kMilli = 1000;
constexpr std::int64_t kRankLimit = 10'000, kPerCent = 100;
constexpr std::int64_t kTickUs = 60'000;  ///< a rate of r points a minute is r milli-points a tick

bool counts_idleness(const Term& term) { return term.kind == TermKind::idle && term.points != 0; }

}  // namespace

std::optional<Counterfactual> counterfactual(const OfferMade& made, const Rates& rates, const AgentId& agent) {
  if (!made.pulled_by.empty() || made.best.size() < 2) return std::nullopt;
  const auto other = agent ? std::ranges::find(made.best.begin() + 1, made.best.end(), agent, &Candidate::agent) : made.best.begin() + 1;
  if (other == made.best.end()) return std::nullopt;
  Counterfactual what{other->agent, made.best.front().score - other->score, {}};
  const std::int64_t enough = what.missing + 1;

  // A term of `unit` milli-points each: so many more of them, if that is possible up to `limit`.
  const auto in_units = [&](const Term& term, std::int64_t unit, std::int64_t limit) {
    Way way{term.kind, term.skill, enough};
    if (unit > 0 && term.points % unit == 0) {
      const std::int64_t had = term.points / unit, more = (enough + unit - 1) / unit;
      if (had + more > limit) return;
      way.points = more * unit;
      way.from = static_cast<std::int32_t>(had);
      way.to = static_cast<std::int32_t>(had + more);
    }
    what.ways.push_back(std::move(way));
  };
  const auto weight = [&](const Term& term) -> std::int64_t {
    for (const Requirement& one : rates.requirements)
      if (one.skill == term.skill && one.kind != Requirement::Kind::excluded &&
          (one.kind == Requirement::Kind::value) == (term.kind == TermKind::customer_value))
        return one.weight;
    return -1;
  };

  for (const Term& term : other->terms) {
    switch (term.kind) {
      case TermKind::skill:
      case TermKind::customer_value:
        if (const std::int64_t each = weight(term); each != 0) in_units(term, each * kMilli, kPerCent);
        break;
      case TermKind::resolution: in_units(term, rates.resolution_weight * kMilli, kPerCent); break;
      case TermKind::satisfaction: in_units(term, rates.satisfaction_weight * kMilli, kPerCent); break;
      case TermKind::rank: in_units(term, kMilli, kRankLimit); break;
      case TermKind::idle: {
        Way way{term.kind, {}, enough};
        if (const std::int64_t rate = rates.idle_per_minute; rate > 0 && term.points % rate == 0) {
          const std::int64_t ticks = (enough + rate - 1) / rate;
          way.points = ticks * rate;
          way.longer = Duration(ticks * kTickUs);
        } else if (rate == 0 &&
                   std::ranges::all_of(made.best, [](const Candidate& one) { return std::ranges::none_of(one.terms, counts_idleness); })) {
          break;  // being idle counts for nothing in this queue
        }
        what.ways.push_back(std::move(way));
        break;
      }
      default: break;
    }
  }
  std::ranges::sort(what.ways, {}, [](const Way& way) { return std::tuple(way.points, way.kind, way.skill.value); });
  return what;
}

}  // namespace callwright::journal
