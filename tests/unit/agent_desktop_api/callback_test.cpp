// Callbacks over REST and in frames.
#include <gmock/gmock.h>

#include "tests/unit/agent_desktop_api/desk_fixture.hpp"

namespace callwright::desktop::tests {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

class CallbackRest : public DeskTest {
 protected:
  void start_with_centre() {
    start();
    on_loop([this] {
      auto centre = std::make_shared<journal::Centre>();
      centre->version = 2;
      centre->queues.push_back({QueueId{"repairs"}, "Repairs", "", {}, 0, 60, 6});
      journal::Switch pbx;
      pbx.id = SwitchId{"pbx"};
      pbx.trunks = {{.trunk = "*", .default_region = "GB"}};
      centre->switches = {pbx};
      desk_->centre(centre);
    });
  }
  void answer(Result<void> result, ContactId contact = {}) {
    core_ = [result, contact](const core::Request& request) { return core::Reply{request.session, request.id, result, contact}; };
  }
  Answer post(const Person& person, const std::string& body, const std::string& key = {}) {
    Headers headers = person.headers(origin());
    if (!key.empty()) headers.emplace_back("Idempotency-Key", key);
    return ask("POST", "/api/v1/callbacks", headers, body);
  }
};

TEST_F(CallbackRest, ANumberAsTypedReachesTheCoreAsE164AndTheContactIsNamed) {
  start_with_centre();
  const Person maria = sign_in("maria");
  answer({}, ContactId{77});
  const Answer made = post(maria, R"({"queue":"repairs","number":"01632 960123","due":1795000000000000,"agent":"a1001","note":"the boiler"})", "k1");
  EXPECT_EQ(made.status, 201) << made.body;
  EXPECT_EQ(made.header("location"), "/api/v1/contacts/77");
  EXPECT_EQ(made.body, R"({"contact":"77"})");
  const core::Request request = wait_request<core::AskCallback>();
  EXPECT_EQ(request.principal, "user:3");
  EXPECT_EQ(request.id, "k1");
  EXPECT_FALSE(request.agent) << "nobody's own work";
  const auto& asked = std::get<core::AskCallback>(request.body);
  EXPECT_EQ(asked.number, "+441632960123");
  EXPECT_EQ(asked.queue.value, "repairs");
  EXPECT_EQ(asked.due.us, 1795000000000000);
  EXPECT_EQ(asked.agent.value, "a1001");
  EXPECT_EQ(asked.note, "the boiler");
}

TEST_F(CallbackRest, ACommandThatWasDoneAndIsOverAnswersWithoutAContact) {
  start_with_centre();
  answer({});
  const Answer again = post(sign_in("maria"), R"({"contact":"9"})", "k1");
  EXPECT_EQ(again.status, 200);
  EXPECT_EQ(again.body, R"({"contact":null})");
}

TEST_F(CallbackRest, TheCoresRefusalIsToldWithItsReason) {
  start_with_centre();
  answer(std::unexpected(Error{core::Errc::queue_closed, "it opens at 2026-11-23T09:00:00Z"}));
  const Answer refused = post(sign_in("maria"), R"({"queue":"repairs","number":"+441632960123"})");
  EXPECT_EQ(refused.status, 422);
  EXPECT_THAT(refused.body, HasSubstr("\"code\":\"queue_closed\""));
  EXPECT_THAT(refused.body, HasSubstr("it opens at 2026-11-23T09:00:00Z"));
}

TEST_F(CallbackRest, WhatIsNoWishIsRefusedByField) {
  start_with_centre();
  const Person maria = sign_in("maria");
  for (const char* body : {"{}", R"({"queue":"repairs"})", R"({"queue":"repairs","number":"12"})", R"({"number":"+441632960123"})",
                           R"({"contact":"x"})", R"({"contact":"9","due":"soon"})", R"({"contact":"9","hurry":true})", "no json"})
    EXPECT_EQ(post(maria, body).status, 400) << body;
  EXPECT_EQ(ask("POST", "/api/v1/callbacks", {{"Cookie", maria.cookie}, {"Origin", origin()}, {"X-CSRF-Token", maria.csrf}}, "{}").status, 415);
}

TEST_F(CallbackRest, ACoreThatDoesNotAnswerOrIsFullIsARetryableProblem) {
  start_with_centre();
  const Person maria = sign_in("maria");
  core_full_ = true;
  EXPECT_EQ(post(maria, R"({"contact":"9"})").status, 503);
}

TEST_F(CallbackRest, OwedOnesAreListedAndCancelled) {
  start_with_centre();
  const Person maria = sign_in("maria");
  core::ContactView view = contact_view(12, 1);
  view.state = core::ContactState::owed;
  view.callback = core::CallbackView{};
  view.callback->number = "+441632960123";
  view.callback->asked_at = view.callback->expires_at = Instant{5};
  view.callback->most_attempts = 3;
  view.callback->last_cause = journal::Cause::busy;
  show(view);
  show(contact_view(13, 2));
  const Answer list = ask("GET", "/api/v1/callbacks", {{"Cookie", maria.cookie}});
  EXPECT_EQ(list.status, 200);
  const auto items = boost::json::parse(list.body).at("items").as_array();
  ASSERT_EQ(items.size(), 1u);
  EXPECT_EQ(items[0].at("contact"), "12");
  EXPECT_EQ(items[0].at("state"), "owed");
  EXPECT_EQ(items[0].at("callback").at("last_cause"), "busy");
  answer({});
  EXPECT_EQ(ask("DELETE", "/api/v1/callbacks/12", maria.headers(origin())).status, 204);
  EXPECT_EQ(std::get<core::CancelCallback>(wait_request<core::CancelCallback>().body).contact.value, 12);
}

TEST_F(CallbackRest, AnAgentAsksInAFrameForHisOwnContact) {
  start_with_centre();
  const Person sofia = sign_in("sofia");
  PageWire wire = page(sofia);
  hello(wire);
  frame(wire);
  wire.send(R"({"type":"cmd","id":"c1","name":"callback","args":{"contact":"9","due":1795000000000000,"note":"at noon"}})");
  const core::Request request = wait_request<core::AskCallback>();
  EXPECT_EQ(request.agent.value, "a1001");
  EXPECT_EQ(std::get<core::AskCallback>(request.body).contact.value, 9);
  wire.send(R"({"type":"cmd","id":"c2","name":"cancel_callback","args":{"contact":"9"}})");
  const auto nack = frame(wire);
  EXPECT_EQ(text(nack, "type"), "nack") << "only supervisors cancel";
}

}  // namespace
}  // namespace callwright::desktop::tests
