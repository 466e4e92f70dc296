#include "agent-desktop-api/json_text.hpp"
#include "agent-desktop-api/json_views.hpp"
#include "agent-desktop-api/rest/api.hpp"

namespace callwright::desktop {
namespace {

bool is_json(const HttpRequest& request) { return request.header("content-type").starts_with("application/json"); }

}  // namespace

void Api::sign_in(const ExchangePtr& exchange) {
  if (parts_.hub.is_draining()) return exchange->fail(Errc::draining);
  if (!is_json(exchange->request)) return exchange->fail(Errc::wrong_media_type);
  auto login = parse_login(exchange->request.body);
  if (!login) return exchange->fail(login.error());
  parts_.sign_ins.sign_in(std::move(*login), exchange->request.remote,
                          [exchange](Result<SignIns::Opened> opened, std::chrono::seconds retry_after) {
                            if (!opened) {
                              HttpResponse refused = exchange->problem(opened.error());
                              if (retry_after.count() > 0) refused.headers.emplace_back("Retry-After", std::to_string(retry_after.count()));
                              return exchange->send(std::move(refused));
                            }
                            HttpResponse response;
                            response.status = 204;
                            response.headers.emplace_back("Set-Cookie", opened->cookie);
                            exchange->send(std::move(response));
                          });
}

void Api::sign_out(const ExchangePtr& exchange) {
  parts_.hub.signing_out(exchange->who);
  parts_.sign_ins.sign_out(exchange->who);
  HttpResponse response;
  response.status = 204;
  response.headers.emplace_back("Set-Cookie", parts_.sign_ins.cleared_cookie());
  exchange->send(std::move(response));
}

void Api::get_session(const ExchangePtr& exchange) {
  JsonText json;
  json.begin_object();
  json.field_raw("user", user_json(exchange->who));
  json.field("csrf", exchange->who.csrf);
  json.end_object();
  exchange->json(200, json.take());
}

void Api::get_centre(const ExchangePtr& exchange) {
  if (!parts_.hub.is_ready()) return exchange->fail(Errc::recovering);
  exchange->json(200, parts_.hub.centre_json());
}

}  // namespace callwright::desktop
