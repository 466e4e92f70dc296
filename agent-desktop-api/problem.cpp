#include "agent-desktop-api/problem.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "agent-desktop-api/json_text.hpp"
#include "contacts/error.hpp"
#include "core/views/request.hpp"
#include "runtime/metrics.hpp"

namespace callwright::desktop {
namespace {

using OwnRow = std::pair<Errc, ProblemKind>;
constexpr std::array kOwn{
    OwnRow{Errc::bad_request, {"bad_request", 400, "The request cannot be understood"}},
    OwnRow{Errc::bad_login, {"bad_login", 401, "The sign-in name or the password is wrong"}},
    OwnRow{Errc::not_signed_in, {"not_signed_in", 401, "Nobody is signed in, or the session has ended"}},
    OwnRow{Errc::not_allowed, {"not_allowed", 403, "This account may not do that"}},
    OwnRow{Errc::bad_origin, {"bad_origin", 403, "The request comes from a page of another origin"}},
    OwnRow{Errc::bad_csrf, {"bad_csrf", 403, "The header X-CSRF-Token is missing or wrong"}},
    OwnRow{Errc::not_found, {"not_found", 404, "There is no such thing"}},
    OwnRow{Errc::method_not_allowed, {"method_not_allowed", 405, "This address does not take this method"}},
    OwnRow{Errc::version_conflict, {"version_conflict", 412, "Somebody else has changed it"}},
    OwnRow{Errc::precondition_required, {"precondition_required", 428, "The header If-Match must name the version that is changed"}},
    OwnRow{Errc::too_large, {"too_large", 413, "The request is too large"}},
    OwnRow{Errc::headers_too_large, {"headers_too_large", 431, "The headers are too long"}},
    OwnRow{Errc::wrong_media_type, {"wrong_media_type", 415, "The body must be application/json"}},
    OwnRow{Errc::too_many, {"too_many", 429, "Too many requests", true}},
    OwnRow{Errc::busy, {"busy", 503, "The server is busy", true}},
    OwnRow{Errc::recovering, {"recovering", 503, "The server is starting", true}},
    OwnRow{Errc::draining, {"draining", 503, "The server is stopping", true}},
    OwnRow{Errc::too_slow, {"too_slow", 503, "The answer did not come in time", true}},
    OwnRow{Errc::internal, {"internal", 500, "The server failed"}},
};

using CoreRow = std::pair<core::Errc, ProblemKind>;
constexpr std::array kCore{
    CoreRow{core::Errc::unknown_agent, {"unknown_agent", 404, "There is no such agent"}},
    CoreRow{core::Errc::unknown_contact, {"unknown_contact", 404, "There is no such live contact"}},
    CoreRow{core::Errc::not_yours, {"not_yours", 403, "The contact is not with this agent"}},
    CoreRow{core::Errc::wrong_state, {"wrong_state", 409, "That does not fit the present state"}},
    CoreRow{core::Errc::unknown_reason, {"unknown_reason", 422, "There is no such reason"}},
    CoreRow{core::Errc::unknown_disposition, {"unknown_disposition", 422, "There is no such disposition"}},
    CoreRow{core::Errc::unsupported, {"unsupported", 422, "The switch cannot do that"}},
    CoreRow{core::Errc::draining, {"draining", 503, "The server is stopping", true}},
    CoreRow{core::Errc::store_full, {"store_full", 503, "The disk is full: nothing new is taken or kept until it has room", true}},
    CoreRow{core::Errc::too_long, {"too_long", 413, "The text is too long"}},
    CoreRow{core::Errc::not_waiting, {"not_waiting", 409, "The contact does not wait in a queue"}},
    CoreRow{core::Errc::unknown_queue, {"unknown_queue", 422, "There is no such queue"}},
    CoreRow{core::Errc::agent_not_free, {"agent_not_free", 409, "The agent is not ready, or his phone is not free"}},
    CoreRow{core::Errc::out_of_range, {"out_of_range", 422, "The number is out of its limits"}},
    CoreRow{core::Errc::callback_refused, {"callback_refused", 422, "This customer is not called back"}},
    CoreRow{core::Errc::callback_owed, {"callback_owed", 409, "A callback is owed already"}},
    CoreRow{core::Errc::queue_closed, {"queue_closed", 422, "The queue is closed at that time"}},
    CoreRow{core::Errc::no_callback, {"no_callback", 409, "No callback is owed"}},
    CoreRow{core::Errc::too_many, {"too_many", 429, "Too many written contacts are open", true}},
    CoreRow{core::Errc::observed, {"observed", 409, "The telephone switch decides that"}},
    CoreRow{core::Errc::contact_lost, {"contact_lost", 410, "The contact was lost while the disk was full"}},
};

/// The store's codes, told as our own.
constexpr std::array kStore{
    std::pair{contacts::Errc::disk_full, Errc::busy},
    std::pair{contacts::Errc::busy, Errc::busy},
    std::pair{contacts::Errc::too_slow, Errc::too_slow},
    std::pair{contacts::Errc::not_found, Errc::not_found},
    std::pair{contacts::Errc::version_mismatch, Errc::version_conflict},
    std::pair{contacts::Errc::already_exists, Errc::bad_request},
    std::pair{contacts::Errc::invalid, Errc::bad_request},
};

}  // namespace

const ProblemKind& problem_kind(Errc code) {
  for (const auto& [own, kind] : kOwn)
    if (own == code) return kind;
  return kOwn.back().second;
}

const ProblemKind& problem_kind(const std::error_code& code) {
  if (code.category() == category()) return problem_kind(static_cast<Errc>(code.value()));
  if (code.category() == core::category())
    for (const auto& [theirs, kind] : kCore)
      if (static_cast<int>(theirs) == code.value()) return kind;
  if (code.category() == contacts::category())
    for (const auto& [theirs, own] : kStore)
      if (static_cast<int>(theirs) == code.value()) return problem_kind(own);
  return problem_kind(Errc::internal);
}

std::vector<ProblemKind> all_problem_kinds() {
  std::vector<ProblemKind> all;
  for (const auto& row : kOwn) all.push_back(row.second);
  for (const auto& row : kCore)  // some say what we say too
    if (std::ranges::none_of(kOwn, [&](const OwnRow& own) { return own.second.code == row.second.code; })) all.push_back(row.second);
  return all;
}

std::string problem_json(const Error& error, const std::vector<FieldFault>& faults) {
  const ProblemKind& kind = problem_kind(error.code);
  JsonText json;
  json.begin_object();
  json.field("type", "/problems/" + std::string(kind.code));
  json.field("title", kind.title);
  json.field("status", static_cast<std::int64_t>(kind.status));
  json.field("code", kind.code);
  json.field("detail", kind.status == 500 ? std::string_view{} : std::string_view(error.context));
  json.field("retryable", kind.retryable);
  json.begin_array("errors");
  for (const FieldFault& fault : faults) {
    json.begin_object();
    json.field("field", fault.field);
    json.field("text", fault.text);
    json.end_object();
  }
  json.end_array();
  json.end_object();
  return json.take();
}

void count_problem(runtime::Metrics& metrics, const std::error_code& code) {
  metrics.counter("callwright_desk_problems_total", "Requests and commands that were refused.", {{"code", std::string(problem_kind(code).code)}}).add();
}

}  // namespace callwright::desktop
