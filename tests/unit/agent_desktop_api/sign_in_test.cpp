#include <gmock/gmock.h>

#include "agent-desktop-api/auth/hasher.hpp"
#include "agent-desktop-api/auth/login_limit.hpp"
#include "tests/unit/agent_desktop_api/desk_fixture.hpp"

namespace callwright::desktop::tests {
namespace {

using testing::HasSubstr;
using testing::Not;

class SignIn : public DeskTest {
 protected:
  /// What was proved is read from the store again each time.
  static DeskOptions believing_nothing() {
    DeskOptions options;
    options.recheck = std::chrono::milliseconds(0);
    return options;
  }
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

TEST(LoginLimits, OneAddressHasSixtyAttemptsAMinuteUnderWhateverNames) {
  LoginLimit limit;
  const Instant start{1'000'000'000};
  const std::chrono::seconds each(1);
  for (int i = 0; i < 60; ++i) EXPECT_FALSE(limit.attempt("name" + std::to_string(i), "10.0.0.1", start + each * (i / 2))) << i;
  const Instant now = start + each * 30;
  EXPECT_EQ(limit.attempt("another", "10.0.0.1", now), std::chrono::seconds(30)) << "until the first attempt is a minute old";
  EXPECT_FALSE(limit.attempt("another", "10.0.0.2", now));
  EXPECT_FALSE(limit.attempt("another", "10.0.0.1", start + std::chrono::minutes(1)));
}

TEST(LoginLimits, AMinuteAfterTheFirstAttemptTheNameMayBeTriedAgain) {
  LoginLimit limit;
  const Instant start{1'000'000'000};
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(limit.attempt("sofia", "10.0.0.1", start + std::chrono::seconds(i)));
  EXPECT_EQ(limit.attempt("sofia", "10.0.0.1", start + std::chrono::seconds(59)), std::chrono::seconds(1));
  EXPECT_FALSE(limit.attempt("sofia", "10.0.0.1", start + std::chrono::seconds(60)));
  EXPECT_TRUE(limit.attempt("sofia", "10.0.0.1", start + std::chrono::seconds(60))) << "one came free, not five";
}

TEST(Hashes, AreRefusedAndCountedBeyondThirtyTwoThatWait) {
  runtime::Metrics metrics;
  std::promise<void> begun, go_on;
  int done = 0;
  {
    Hasher hasher(metrics);
    ASSERT_TRUE(hasher.run([&, gate = go_on.get_future().share()] {
      begun.set_value();
      gate.wait();
    }));
    begun.get_future().wait();
    std::promise<void> last;
    for (int i = 0; i < 31; ++i) ASSERT_TRUE(hasher.run([&] { ++done; })) << i;
    ASSERT_TRUE(hasher.run([&] { last.set_value(); }));
    EXPECT_FALSE(hasher.run([&] { ++done; }));
    EXPECT_NE(metrics.exposition().find("\ncallwright_desk_password_hashes_refused_total 1\n"), std::string::npos);
    go_on.set_value();
    last.get_future().wait();
  }
  EXPECT_EQ(done, 31);
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

TEST_F(SignIn, OnlyABearerTokenStandsInForTheOrigin) {
  start();
  const Person sofia = sign_in("sofia");
  for (const char* other : {"Basic c29maWE6eA==", "Bearer ", "bearer machine", "Negotiate x"}) {
    const Headers headers{{"Authorization", other}, {"Cookie", sofia.cookie}, {"X-CSRF-Token", sofia.csrf}, {"Content-Type", "application/json"}};
    EXPECT_EQ(code(ask("POST", "/api/v1/customers", headers, R"({"name":"Bo"})")), "bad_origin") << other;
    const PageWire wire(desk_->port(), {{"Authorization", other}, {"Cookie", sofia.cookie}, {"Origin", "http://evil.example"}, {"Sec-WebSocket-Protocol", "cti.v1.json"}});
    EXPECT_EQ(wire.status(), 403) << other;
  }
  const std::string login = std::string("{\"login\":\"sofia\",\"password\":\"") + kPassword + "\"}";
  EXPECT_EQ(code(ask("POST", "/api/v1/session", {{"Authorization", "Bearer machine"}, {"Content-Type", "application/json"}}, login)), "bad_origin")
      << "nobody reads a token there";
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
  EXPECT_EQ(wait_request<core::SessionLost>().agent, AgentId{"a1001"});  // what he has in writing still goes back in a minute
}

TEST_F(SignIn, AnAccountThatAnotherProgramDisablesLosesItsPagesAtOnce) {
  start();
  const Person sofia = sign_in("sofia");
  PageWire wire = page(sofia);
  hello(wire);
  frame(wire);
  on_loop([&] {
    store_.accounts[1].disabled = true;
    store_.changed.push_back(UserId{1});
  });
  EXPECT_EQ(frame(wire)["close"].to_number<int>(), 4401);
}

TEST_F(SignIn, ATokenThatAnotherProgramDisablesIsReadAgain) {
  DeskOptions options;
  options.follow = std::chrono::milliseconds(1);
  start(options);
  const auto ask_by_token = [&] { return ask("GET", "/api/v1/contacts", {{"Authorization", "Bearer machine"}}).status; };
  EXPECT_EQ(ask_by_token(), 200);
  on_loop([&] { store_.api_tokens.begin()->second.disabled = true; });
  EXPECT_EQ(ask_by_token(), 200) << "what was proved is believed for a minute";
  on_loop([&] { store_.tokens_changed = 1; });
  int status = 200;
  for (int i = 0; i < 2000 && status == 200; ++i) status = ask_by_token();
  EXPECT_EQ(status, 401);
}

TEST_F(SignIn, SessionsOutliveTheDesk) {
  start(believing_nothing());
  const Person sofia = sign_in("sofia");
  EXPECT_EQ(ask("GET", "/api/v1/session", {{"Cookie", sofia.cookie}}).status, 200);
}

TEST_F(SignIn, SessionsEndWhenTheyExpire) {
  start(believing_nothing());
  const Person sofia = sign_in("sofia");
  on_loop([&] { store_.sessions.begin()->second.expires_at = Instant{1}; });
  EXPECT_EQ(ask("GET", "/api/v1/session", {{"Cookie", sofia.cookie}}).status, 401);
}

TEST_F(SignIn, SessionsWhoseTimeIsOverLeaveTheStoreAtTheStart) {
  store_.sessions["old"] = {"old", UserId{1}, Instant{1}, Instant{1}, Instant{2}};
  store_.sessions["new"] = {"new", UserId{1}, Instant{1}, Instant{1}, clock_.now() + std::chrono::hours(1)};
  start();
  std::size_t left = 2;
  for (int i = 0; i < 2000 && left == 2; ++i) on_loop([&] { left = store_.sessions.size(); });
  on_loop([&] { EXPECT_FALSE(store_.sessions.contains("old")); });
  EXPECT_EQ(left, 1U);
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
