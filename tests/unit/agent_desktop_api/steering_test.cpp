// What supervisors do to contacts that wait and to agents, over REST: the same as in frames.
#include <gmock/gmock.h>

#include "agent-desktop-api/json_requests.hpp"
#include "tests/unit/agent_desktop_api/desk_fixture.hpp"

namespace callwright::desktop::tests {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using Steer = core::SteerContact;
using Faults = std::vector<FieldFault>;

std::vector<std::string> fields_of(const Faults* faults) {
  std::vector<std::string> fields;
  if (faults)
    for (const FieldFault& fault : *faults) fields.push_back(fault.field);
  return fields;
}
std::vector<std::string> faulty_fields(std::string_view how, std::string_view body) {
  const auto parsed = parse_steering(ContactId{9}, how, body);
  return fields_of(std::get_if<Faults>(&parsed));
}
std::vector<std::string> faulty_fields_of_state(std::string_view body) {
  const auto parsed = parse_forced_state(body);
  return fields_of(std::get_if<Faults>(&parsed));
}
/// The contact's id, which way, and with what, as text.
std::string told(const Steer& steer) {
  std::string with;
  if (const auto* raise = std::get_if<Steer::Raise>(&steer.how)) with = std::to_string(raise->points);
  if (const auto* pull = std::get_if<Steer::Pull>(&steer.how)) with = pull->to.value;
  if (const auto* move = std::get_if<Steer::Move>(&steer.how)) with = move->to.value;
  return std::to_string(steer.contact.value) + " " + std::to_string(steer.how.index()) + " " + with;
}

/// Each way: the last part of its address, its frame's name, and what is sent with it.
struct Way {
  const char* address;
  const char* command;
  std::string body;
};
const std::vector<Way>& ways() {
  static const std::vector<Way> all{{"raise", "raise", R"({"points":-250})"},
                                    {"park", "park", ""},
                                    {"unpark", "resume", ""},
                                    {"pull", "pull", R"({"agent":"a1002"})"},
                                    {"move", "move", R"({"queue":"repairs"})"}};
  return all;
}

TEST(Steering, AnAddressMeansWhatItsFrameMeans) {
  for (const Way& way : ways()) {
    const std::string rest = way.body.empty() ? "" : "," + way.body.substr(1, way.body.size() - 2);
    const auto frame = parse_page_frame(R"({"type":"cmd","id":"c","name":")" + std::string(way.command) + R"(","args":{"contact":"9")" + rest + "}}");
    ASSERT_TRUE(frame && std::holds_alternative<Command>(*frame)) << way.command;
    const auto parsed = parse_steering(ContactId{9}, way.address, way.body);
    ASSERT_TRUE(std::holds_alternative<Steer>(parsed)) << way.address;
    EXPECT_EQ(told(std::get<Steer>(parsed)), told(std::get<Steer>(std::get<Command>(*frame).body)));
    EXPECT_EQ(std::get<Command>(*frame).operation, Operation::steer_contacts);
  }
}

TEST(Steering, EachFaultNamesItsField) {
  for (const char* points : {"0", "100001", "-100001", "1.5", "\"5\"", "null"})
    EXPECT_THAT(faulty_fields("raise", std::string(R"({"points":)") + points + "}"), ElementsAre("points")) << points;
  for (const char* points : {"1", "100000", "-100000"})
    EXPECT_THAT(faulty_fields("raise", std::string(R"({"points":)") + points + "}"), IsEmpty()) << points;
  EXPECT_THAT(faulty_fields("raise", "{}"), ElementsAre("points"));
  EXPECT_THAT(faulty_fields("raise", ""), ElementsAre(""));
  EXPECT_THAT(faulty_fields("pull", R"({"agent":"Two words"})"), ElementsAre("agent"));
  EXPECT_THAT(faulty_fields("pull", R"({"agent":"a1","agent":"a2"})"), ElementsAre("")) << "a key twice";
  EXPECT_THAT(faulty_fields("pull", R"({"agent":"a1","queue":"repairs"})"), ElementsAre("queue"));
  EXPECT_THAT(faulty_fields("move", R"({"queue":7})"), ElementsAre("queue"));
  EXPECT_THAT(faulty_fields("park", R"({"contact":"9"})"), ElementsAre("contact")) << "the address names it";
  EXPECT_THAT(faulty_fields("park", "{}"), IsEmpty());
  EXPECT_THAT(faulty_fields("unpark", "no json"), ElementsAre(""));
  EXPECT_THAT(faulty_fields("push", "{}"), ElementsAre(""));
}

TEST(Steering, AStateIsOneThatASupervisorMayForce) {
  for (const char* state : {"ready", "not_ready", "signed_out"})
    EXPECT_THAT(faulty_fields_of_state(std::string(R"({"state":")") + state + R"("})"), IsEmpty()) << state;
  for (const char* state : {"talking", "unreachable", ""})
    EXPECT_THAT(faulty_fields_of_state(std::string(R"({"state":")") + state + R"("})"), testing::Contains("state")) << state;
  EXPECT_THAT(faulty_fields_of_state("{}"), testing::Contains("state"));
  EXPECT_THAT(faulty_fields_of_state(R"({"state":"ready","agent":"a1001"})"), ElementsAre("agent")) << "the address names him";
  EXPECT_THAT(faulty_fields_of_state(R"({"state":"not_ready","reason":")" + std::string(33, 'r') + R"("})"), ElementsAre("reason"));
  EXPECT_THAT(faulty_fields_of_state("no json"), ElementsAre(""));
}

class SteeringRest : public DeskTest {
 protected:
  void start_with_token() {
    start();
    on_loop([this] {
      const auto add = [&](std::int64_t id, const std::string& name, const std::string& scope) {
        store_.api_tokens[token_hash(name)] = {id, name, token_hash(name), {scope}, {}, clock_.now() + std::chrono::hours(1), false};
      };
      add(2, "wallboard", "contacts:steer");
      add(3, "roster", "agents:steer");
      add(4, "chat", "contacts:write");
    });
  }
  void answer(Result<void> result) {
    core_ = [result](const core::Request& request) { return core::Reply{request.session, request.id, result, {}}; };
  }
  Answer by_token(const std::string& token, const std::string& method, const std::string& target, const std::string& body,
                  const std::string& key = {}) {
    Headers headers{{"Authorization", "Bearer " + token}};
    if (!body.empty()) headers.emplace_back("Content-Type", "application/json");
    if (!key.empty()) headers.emplace_back("Idempotency-Key", key);
    return ask(method, target, headers, body);
  }
  Answer steer(const Way& way, const std::string& key = {}, const std::string& token = "wallboard") {
    return by_token(token, "POST", std::string("/api/v1/contacts/9/") + way.address, way.body, key);
  }
  Answer force(const std::string& body, const std::string& key = {}, const std::string& token = "roster") {
    return by_token(token, "PUT", "/api/v1/agents/a1002/state", body, key);
  }
  bool core_was_asked() {
    std::lock_guard lock(mutex_);
    return !requests_.empty();
  }
};

TEST_F(SteeringRest, ASupervisorAndATokenWithTheScopeSteerContacts) {
  start_with_token();
  answer({});
  for (std::size_t i = 0; i < ways().size(); ++i) {
    const Way& way = ways()[i];
    EXPECT_EQ(steer(way, "k" + std::to_string(i)).status, 204) << way.address;
    const core::Request request = wait_request<Steer>();
    EXPECT_EQ(request.principal, "token:wallboard") << "which the facts name";
    EXPECT_EQ(request.id, "k" + std::to_string(i));
    EXPECT_EQ(request.agent, AgentId{}) << "in nobody's name";
    EXPECT_EQ(std::get<Steer>(request.body).how.index(), i);
    const Person maria = sign_in("maria");
    EXPECT_EQ(ask("POST", std::string("/api/v1/contacts/9/") + way.address, maria.headers(origin()), way.body).status, 204) << way.address;
    EXPECT_EQ(wait_request<Steer>().principal, "user:3");
  }
}

TEST_F(SteeringRest, ASupervisorAndATokenWithTheScopeForceAState) {
  start_with_token();
  answer({});
  EXPECT_EQ(force(R"({"state":"not_ready","reason":"break"})", "k1").status, 204);
  const core::Request request = wait_request<core::SetState>();
  EXPECT_EQ(request.principal, "token:roster");
  EXPECT_EQ(request.id, "k1");
  EXPECT_EQ(request.agent, AgentId{"a1002"});
  const auto& wanted = std::get<core::SetState>(request.body);
  EXPECT_EQ(wanted.state, journal::AgentState::not_ready);
  EXPECT_EQ(wanted.reason, "break");
  EXPECT_TRUE(wanted.by_supervisor) << "it signs nobody in";
  EXPECT_EQ(ask("PUT", "/api/v1/agents/a1002/state", sign_in("root").headers(origin()), R"({"state":"signed_out"})").status, 204);
  EXPECT_EQ(std::get<core::SetState>(wait_request<core::SetState>().body).state, journal::AgentState::signed_out);
}

TEST_F(SteeringRest, NobodyElseDoesAndTheCoreIsNotAsked) {
  start_with_token();
  const Person sofia = sign_in("sofia");
  const std::string state = R"({"state":"ready"})";
  for (const Way& way : ways()) {
    EXPECT_EQ(ask("POST", std::string("/api/v1/contacts/9/") + way.address, sofia.headers(origin()), way.body).status, 403) << way.address;
    for (const char* token : {"chat", "machine", "roster"}) EXPECT_EQ(steer(way, {}, token).status, 403) << way.address << " " << token;
    Headers no_csrf = sign_in("maria").headers(origin());
    std::erase_if(no_csrf, [](const auto& header) { return header.first == "X-CSRF-Token"; });
    EXPECT_EQ(ask("POST", std::string("/api/v1/contacts/9/") + way.address, no_csrf, way.body).status, 403);
  }
  EXPECT_EQ(ask("PUT", "/api/v1/agents/a1001/state", sofia.headers(origin()), state).status, 403) << "not even herself";
  for (const char* token : {"chat", "machine", "wallboard"}) EXPECT_EQ(force(state, {}, token).status, 403) << token;
  EXPECT_FALSE(core_was_asked());
}

TEST_F(SteeringRest, WhatCannotBeMeantIsRefusedByFieldAndTheCoreIsNotAsked) {
  start_with_token();
  const Answer refused = steer({"raise", "", R"({"points":0})"});
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(boost::json::parse(refused.body).at("errors").at(0).at("field"), "points");
  EXPECT_EQ(steer({"pull", "", R"({"agent":"No key"})"}).status, 400);
  EXPECT_EQ(steer({"move", "", ""}).status, 400);
  EXPECT_EQ(force(R"({"state":"talking"})").status, 400);
  EXPECT_EQ(by_token("wallboard", "POST", "/api/v1/contacts/x/park", "").status, 404);
  EXPECT_EQ(by_token("wallboard", "POST", "/api/v1/contacts/9/push", "").status, 404);
  EXPECT_EQ(by_token("roster", "PUT", "/api/v1/agents/No%20key/state", R"({"state":"ready"})").status, 404);
  EXPECT_EQ(ask("POST", "/api/v1/contacts/9/raise", {{"Authorization", "Bearer wallboard"}}, R"({"points":5})").status, 415);
  EXPECT_EQ(ask("PUT", "/api/v1/agents/a1002/state", {{"Authorization", "Bearer roster"}}, R"({"state":"ready"})").status, 415);
  EXPECT_EQ(steer(ways()[1], "two words").status, 400);
  EXPECT_EQ(force(R"({"state":"ready"})", std::string(65, 'k')).status, 400);
  EXPECT_FALSE(core_was_asked());
}

TEST_F(SteeringRest, TheCoresRefusalsAreToldByName) {
  start_with_token();
  const auto status = [&](core::Errc why, const Way& way) {
    answer(fail(why));
    return steer(way).status;
  };
  for (const Way& way : ways()) {
    EXPECT_EQ(status(core::Errc::unknown_contact, way), 404);
    EXPECT_EQ(status(core::Errc::not_waiting, way), 409);
  }
  EXPECT_EQ(status(core::Errc::out_of_range, ways()[0]), 422);
  EXPECT_EQ(status(core::Errc::unknown_agent, ways()[3]), 404);
  EXPECT_EQ(status(core::Errc::agent_not_free, ways()[3]), 409);
  EXPECT_EQ(status(core::Errc::unknown_queue, ways()[4]), 422);
  answer(fail(core::Errc::not_waiting, "its customer is left in peace until his callback is due"));
  EXPECT_THAT(steer(ways()[3]).body, testing::AllOf(HasSubstr("\"code\":\"not_waiting\""), HasSubstr("left in peace")));
  const auto forced = [&](core::Errc why) {
    answer(fail(why));
    return force(R"({"state":"ready"})").status;
  };
  EXPECT_EQ(forced(core::Errc::unknown_agent), 404);
  EXPECT_EQ(forced(core::Errc::wrong_state), 409);
  EXPECT_EQ(forced(core::Errc::unknown_reason), 422);
  EXPECT_EQ(forced(core::Errc::draining), 503);
}

TEST_F(SteeringRest, ARetryIsTheSameCommandAndWithoutAKeyEachIsItsOwn) {
  start_with_token();
  answer({});
  const auto steered = [&](const std::string& key) {
    EXPECT_EQ(steer(ways()[0], key).status, 204);
    return wait_request<Steer>().id;
  };
  const auto forced = [&](const std::string& key) {
    EXPECT_EQ(force(R"({"state":"ready"})", key).status, 204);
    return wait_request<core::SetState>().id;
  };
  for (const std::function<std::string(const std::string&)>& once : {std::function(steered), std::function(forced)}) {
    EXPECT_EQ(once("k1"), "k1");
    EXPECT_EQ(once("k1"), "k1") << "the core knows it";
    EXPECT_NE(once(""), once(""));
  }
}

TEST_F(SteeringRest, TheDocumentsExamplesAreTaken) {
  start_with_token();
  answer({});
  std::size_t taken = 0;
  for (const PromisedRoute& route : openapi()) {
    const bool about_agent = route.path == "/api/v1/agents/{id}/state";
    const bool steers = about_agent || route.path.ends_with("/pull") || route.path.ends_with("/move") || route.path.ends_with("/raise");
    if (!steers) continue;
    std::string target = route.path;
    target.replace(target.find("{id}"), 4, about_agent ? "a1002" : "9");
    EXPECT_EQ(by_token(about_agent ? "roster" : "wallboard", route.method, target, route.example).status, 204) << route.path << " " << route.example;
    ++taken;
  }
  EXPECT_EQ(taken, 4U);
}

}  // namespace
}  // namespace callwright::desktop::tests
