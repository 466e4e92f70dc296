#include "cti/sip/inspection.hpp"

#include <algorithm>

#include "cti/sip/grammar.hpp"

namespace callwright::cti::sip {
namespace {

bool holds(const std::vector<std::string>& all, std::string_view one) {
  return std::ranges::any_of(all, [&](const std::string& each) { return grammar::same(each, one); });
}

/// The sender can live with a body that is not understood.
bool is_optional_body(const Message& request) {
  for (const Header& header : request.others)
    if (grammar::same(header.name, "Content-Disposition"))
      for (std::string_view part : grammar::at_semicolons(header.value))
        if (grammar::same(part, "handling=optional")) return true;
  return false;
}

bool is_acceptable(const Message& request, const std::vector<std::string>& answers) {
  if (request.accept.empty() || answers.empty()) return true;
  return std::ranges::any_of(request.accept, [&](const std::string& range) {
    const std::string_view type = std::string_view(range).substr(0, range.find('/') + 1);
    return range == "*/*" || holds(answers, range) ||
           (range.ends_with("/*") && std::ranges::any_of(answers, [&](const std::string& each) { return each.starts_with(type); }));
  });
}

}  // namespace

std::optional<Objection> object_to(const Message& request, const Abilities& abilities) {
  if (std::ranges::find(abilities.methods, request.method) == abilities.methods.end()) {
    const bool standard = grammar::is_standard_method(request.method);
    return Objection{standard ? 405 : 501, standard ? "Method Not Allowed" : "Not Implemented", abilities.methods};
  }
  if (request.method == "ACK" || request.method == "CANCEL") return {};
  if (!holds(abilities.schemes, request.target.scheme)) return Objection{416, "Unsupported URI Scheme", {}};
  if (request.max_forwards == 0 && holds(abilities.hands_on, request.method)) return Objection{483, "Too Many Hops", {}};
  Objection unsupported{420, "Bad Extension", {}};
  for (const std::string& tag : request.require)
    if (!holds(abilities.extensions, tag)) unsupported.list.push_back(tag);
  if (!unsupported.list.empty()) return unsupported;
  if (!request.body.empty() && !holds(abilities.content_types, request.content_type.word) && !is_optional_body(request))
    return Objection{415, "Unsupported Media Type", abilities.content_types};
  if (!is_acceptable(request, abilities.answers_with)) return Objection{406, "Not Acceptable", {}};
  return {};
}

bool is_stray(const Message& response) { return response.vias.size() != 1; }

}  // namespace callwright::cti::sip
