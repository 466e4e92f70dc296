#include <gmock/gmock.h>

#include "tests/unit/agent_desktop_api/desk_fixture.hpp"

namespace callwright::desktop::tests {
namespace {

using testing::HasSubstr;
using testing::Not;

class SignIn : public DeskTest {
 protected:
  std::string code(const Answer& answer) {
    EXPECT_EQ(faults_of_text(answer.body, "problem"), std::vector<std::string>{}) << answer.body;
    return text(boost::json::parse(answer.body).as_object(), "code");
  }
};

TEST_F(SignIn, OpensASessionWhoseTokenIsOnlyInTheCookie) {
  start();
  const Answer answer = try_sign_in("Sofia", kPassword);
  EXPECT_EQ(answer.status, 204);
  const std::string cookie = answer.header("set-cookie");
  EXPECT_THAT(cookie, HasSubstr("callwright="));
  EXPECT_THAT(cookie, HasSubstr("; HttpOnly"));
  EXPECT_THAT(cookie, HasSubstr("; SameSite=Lax"));
  EXPECT_THAT(cookie, HasSubstr("; Path=/"));
  const std::string token = cookie.substr(11, 43);
  on_loop([&] {
    ASSERT_EQ(store_.sessions.size(), 1U);
    EXPECT_THAT(store_.sessions.begin()->first, Not(HasSubstr(token)));
    EXPECT_TRUE(store_.sessions.contains(token_hash(token)));
  });
}

TEST_F(SignIn, SaysTheSameForAWrongPasswordAndAnUnknownName) {
  start();
  const Answer wrong = try_sign_in("sofia", "wrong");
  const Answer unknown = try_sign_in("nobody", "wrong");
  EXPECT_EQ(wrong.status, 401);
  EXPECT_EQ(unknown.status, 401);
  EXPECT_EQ(wrong.body, unknown.body);
  EXPECT_EQ(code(wrong), "bad_login");
}

TEST_F(SignIn, DisabledAccountsCannot) {
  start();
  on_loop([&] { store_.accounts[1].disabled = true; });
  EXPECT_EQ(try_sign_in("sofia", kPassword).status, 401);
}

TEST_F(SignIn, TheSixthAttemptWithinAMinuteIsRefusedForThatNameOnly) {
  start();
  for (int i = 0; i < 5; ++i) EXPECT_EQ(try_sign_in("sofia", "wrong").status, 401);
  const Answer sixth = try_sign_in("sofia", kPassword);
  EXPECT_EQ(sixth.status, 429);
  EXPECT_EQ(code(sixth), "too_many");
  EXPECT_GT(std::stoi(sixth.header("retry-after")), 0);
  EXPECT_EQ(try_sign_in("lee", kPassword).status, 204);
  EXPECT_EQ(metric("callwright_desk_sign_ins_refused_total{why=\"limit\"}"), 1);
}

TEST_F(SignIn, ForeignMissingNullAndSuffixOriginsAreRefused) {
  start();
  const std::string body = std::string("{\"login\":\"sofia\",\"password\":\"") + kPassword + "\"}";
  for (const std::string& foreign : {std::string(), std::string("null"), std::string("http://evil.example"), origin() + ".evil.example", origin() + "0"}) {
    Headers headers{{"Content-Type", "application/json"}};
    if (!foreign.empty()) headers.emplace_back("Origin", foreign);
    const Answer answer = ask("POST", "/api/v1/session", headers, body);
    EXPECT_EQ(answer.status, 403) << foreign;
    EXPECT_EQ(code(answer), "bad_origin");
  }
  EXPECT_EQ(metric("callwright_desk_bad_input_total{kind=\"origin\"}"), 5);
}

TEST_F(SignIn, UnsafeMethodsNeedTheSessionsOwnCsrfToken) {
  start();
  const Person sofia = sign_in("sofia");
  const Person lee = sign_in("lee");
  Headers headers{{"Cookie", sofia.cookie}, {"Origin", origin()}, {"Content-Type", "application/json"}};
  EXPECT_EQ(code(ask("POST", "/api/v1/customers", headers, R"({"name":"Bo"})")), "bad_csrf");
  headers.emplace_back("X-CSRF-Token", lee.csrf);
  EXPECT_EQ(code(ask("POST", "/api/v1/customers", headers, R"({"name":"Bo"})")), "bad_csrf");
  headers.back().second = sofia.csrf;
  EXPECT_EQ(ask("POST", "/api/v1/customers", headers, R"({"name":"Bo"})").status, 201);
}

TEST_F(SignIn, SignOutEndsTheSessionAndItsPagesAtOnce) {
  start();
  const Person sofia = sign_in("sofia");
  PageWire wire = page(sofia);
  hello(wire);
  EXPECT_EQ(text(frame(wire), "type"), "snapshot");
  EXPECT_EQ(ask("DELETE", "/api/v1/session", sofia.headers(origin())).status, 204);
  EXPECT_EQ(frame(wire)["close"].to_number<int>(), 4401);
  EXPECT_EQ(ask("GET", "/api/v1/session", {{"Cookie", sofia.cookie}}).status, 401);
  EXPECT_EQ(wait_request<core::SignOut>().agent, AgentId{"a1001"});
}

TEST_F(SignIn, ADisabledAccountLosesItsPages) {
  start();
  const Person sofia = sign_in("sofia");
  PageWire wire = page(sofia);
  hello(wire);
  frame(wire);
  on_loop([&] {
    store_.accounts[1].disabled = true;
    desk_->account_changed(UserId{1});
  });
  EXPECT_EQ(frame(wire)["close"].to_number<int>(), 4401);
}

TEST_F(SignIn, SessionsOutliveTheDesk) {
  start();
  const Person sofia = sign_in("sofia");
  on_loop([&] { desk_->account_changed(UserId{1}); });  // what was proved is read from the store again
  EXPECT_EQ(ask("GET", "/api/v1/session", {{"Cookie", sofia.cookie}}).status, 200);
}

TEST_F(SignIn, SessionsEndWhenTheyExpire) {
  start();
  const Person sofia = sign_in("sofia");
  on_loop([&] {
    store_.sessions.begin()->second.expires_at = Instant{1};
    desk_->account_changed(UserId{1});
  });
  EXPECT_EQ(ask("GET", "/api/v1/session", {{"Cookie", sofia.cookie}}).status, 401);
}

TEST_F(SignIn, AFullStoreIsBusyNotAnError) {
  start();
  on_loop([&] { store_.full = true; });
  const Answer answer = try_sign_in("sofia", kPassword);
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(code(answer), "busy");
}

}  // namespace
}  // namespace callwright::desktop::tests
