#include <gmock/gmock.h>

#include <fstream>
#include <set>
#include <sstream>

#include "agent-desktop-api/auth/permission.hpp"
#include "agent-desktop-api/problem.hpp"
#include "agent-desktop-api/rest/api.hpp"
#include "tests/unit/agent_desktop_api/desk_fixture.hpp"

namespace callwright::desktop::tests {
namespace {

/// Who may what, written down a second time: agent, supervisor, admin, token with scope contacts:read.
struct Cell {
  const char* method;
  const char* target;
  bool agent, supervisor, admin, token;
};
constexpr Cell kCells[] = {
    {"GET", "/api/v1/session", true, true, true, false},
    {"GET", "/api/v1/agent", true, true, true, false},
    {"GET", "/api/v1/centre", true, true, true, false},
    {"GET", "/api/v1/customers?q=Ada", true, true, true, false},
    {"GET", "/api/v1/customers/500", true, true, true, false},
    {"GET", "/api/v1/customers/500/timeline", true, true, true, false},
    {"POST", "/api/v1/customers", true, true, true, false},
    {"PATCH", "/api/v1/customers/500", true, true, true, false},
    {"GET", "/api/v1/contacts", false, true, true, true},
    {"GET", "/api/v1/contacts/9", false, true, true, true},
    {"GET", "/api/v1/contacts/8", true, true, true, true},
    {"GET", "/api/v1/contacts/9/decisions", false, true, true, true},
    {"GET", "/api/v1/queues", false, true, true, false},
    {"GET", "/api/v1/agents", false, true, true, false},
    {"GET", "/api/v1/links", false, true, true, false},
    {"DELETE", "/api/v1/session", true, true, true, false},
};

class Access : public DeskTest {
 protected:
  void log_contacts() {
    on_loop([&] {
      for (std::int64_t id : {8, 9}) store_.log[id].contact.contact = ContactId{id};
      store_.log[8].segments.push_back({1, AgentId{"a1001"}, journal::SegmentKind::talk, Instant{1}, Instant{2}});
      store_.routed[9].push_back({Instant{1}, ContactId{9}, {}});
    });
  }
};

TEST_F(Access, EveryRoleGetsExactlyWhatTheTableSays) {
  start();
  log_contacts();
  const Person people[] = {sign_in("sofia"), sign_in("maria"), sign_in("root")};
  for (const Cell& cell : kCells) {
    const bool allowed[] = {cell.agent, cell.supervisor, cell.admin};
    const std::string body = std::string(cell.method) == "POST" || std::string(cell.method) == "PATCH" ? R"({"name":"Bo"})" : "";
    for (int i = 0; i < 3; ++i) {
      Headers headers = people[i].headers(origin());
      headers.emplace_back("If-Match", "\"99\"");
      const int status = ask(cell.method, cell.target, headers, body).status;
      EXPECT_EQ(status != 403 && status != 401, allowed[i]) << cell.method << " " << cell.target << " role " << i << " got " << status;
    }
    const int status = ask(cell.method, cell.target, {{"Authorization", "Bearer machine"}, {"Content-Type", "application/json"}}, body).status;
    EXPECT_EQ(status != 403 && status != 401, cell.token) << cell.method << " " << cell.target << " token got " << status;
    const int nobody = ask(cell.method, cell.target, {{"Origin", origin()}, {"Content-Type", "application/json"}}, body).status;
    EXPECT_EQ(nobody, 401) << cell.method << " " << cell.target;
  }
}

TEST_F(Access, TheTableOfTestsNamesEveryRoute) {
  std::set<std::string> tested;
  for (const Cell& cell : kCells) {
    std::string path = cell.target;
    path = path.substr(0, path.find('?'));
    for (const char* id : {"/500", "/9", "/8"})
      if (const auto at = path.find(id); at != std::string::npos) path.replace(at, std::string(id).size(), "/{id}");
    tested.insert(std::string(cell.method) + " " + path);
  }
  for (const Route& route : Api::routes())
    if (route.operation) EXPECT_TRUE(tested.contains(std::string(route.method) + " " + std::string(route.path))) << route.method << " " << route.path;
}

TEST(Permissions, WhatHasNoRowIsDenied) {
  Principal everything{"user:1", UserId{1}, {}, {}, {Role::agent, Role::supervisor, Role::admin}, AgentId{"a"}, {"contacts:read"}, {}, {}, {}};
  EXPECT_FALSE(may(everything, static_cast<Operation>(200)));
  Principal nobody;
  for (const Permission& permission : permissions()) EXPECT_FALSE(may(nobody, permission.operation)) << permission.name;
}

TEST_F(Access, OpenApiNamesExactlyTheRoutesThatExist) {
  std::ifstream file(std::string(CALLWRIGHT_SOURCE_DIR) + "/agent-desktop-api/openapi.yaml");
  std::set<std::string> documented;
  std::string path;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("  /") && line.ends_with(":")) path = line.substr(2, line.size() - 3);
    for (const char* method : {"get", "post", "patch", "delete", "put"})
      if (line == std::string("    ") + method + ":") {
        std::string upper = method;
        for (char& c : upper) c = static_cast<char>(c - 'a' + 'A');
        documented.insert(upper + " " + path);
      }
  }
  std::set<std::string> existing;
  for (const Route& route : Api::routes()) existing.insert(std::string(route.method) + " " + std::string(route.path));
  EXPECT_EQ(documented, existing);
}

TEST_F(Access, DocumentsReferToSchemasThatExist) {
  for (const char* document : {"openapi.yaml", "asyncapi.yaml"}) {
    std::ifstream file(std::string(CALLWRIGHT_SOURCE_DIR) + "/agent-desktop-api/" + document);
    std::size_t references = 0;
    for (std::string line; std::getline(file, line);) {
      const auto at = line.find("schemas/");
      const auto end = line.find(".json", at);
      if (line.find("$ref") == std::string::npos || at == std::string::npos) continue;
      ++references;
      EXPECT_NO_THROW(load_schema(line.substr(at + 8, end - at - 8))) << line;
    }
    EXPECT_GT(references, 10U) << document;
  }
}

TEST_F(Access, AnswersFitTheirSchemas) {
  start();
  log_contacts();
  const Person maria = sign_in("maria");
  const auto check = [&](const std::string& target, const std::string& schema) {
    const Answer answer = ask("GET", target, maria.headers(origin()));
    EXPECT_EQ(answer.status, 200) << target << answer.body;
    EXPECT_EQ(faults_of_text(answer.body, schema), std::vector<std::string>{}) << target << " " << answer.body;
    EXPECT_EQ(answer.header("cache-control"), "no-store");
    EXPECT_EQ(answer.header("x-content-type-options"), "nosniff");
    EXPECT_THAT(answer.header("content-security-policy"), testing::HasSubstr("default-src 'none'; script-src 'self'"));
  };
  check("/api/v1/centre", "centre_head");
  check("/api/v1/customers?q=Ada", "customer_page");
  check("/api/v1/customers/500", "card");
  check("/api/v1/customers/500/timeline", "timeline_page");
  check("/api/v1/contacts", "contact_page");
  check("/api/v1/contacts/8", "contact_detail");
  check("/api/v1/contacts/9/decisions", "decision_page");
  check("/api/v1/queues", "queue_page");
  check("/api/v1/agents", "agent_page");
  check("/api/v1/links", "link_page");
  check("/health", "status");
  check("/ready", "status");
  for (const char* target : {"/api/v1/nothing", "/api/v1/customers/1", "/api/v1/contacts/7", "/api/v1/customers?q=", "/api/v1/contacts?limit=0"}) {
    const Answer answer = ask("GET", target, maria.headers(origin()));
    EXPECT_GE(answer.status, 400);
    EXPECT_EQ(answer.header("content-type"), "application/problem+json");
    EXPECT_EQ(faults_of_text(answer.body, "problem"), std::vector<std::string>{}) << answer.body;
  }
}

TEST_F(Access, CustomersAreChangedOnlyAtTheVersionThatWasRead) {
  start();
  const Person sofia = sign_in("sofia");
  Headers headers = sofia.headers(origin());
  EXPECT_EQ(ask("PATCH", "/api/v1/customers/500", headers, R"({"name":"Eve"})").status, 428);
  headers.emplace_back("If-Match", "\"2\"");
  EXPECT_EQ(ask("PATCH", "/api/v1/customers/500", headers, R"({"name":"Eve"})").status, 412);
  headers.back().second = "\"3\"";
  const Answer changed = ask("PATCH", "/api/v1/customers/500", headers, R"({"name":"Eve"})");
  EXPECT_EQ(changed.status, 200);
  EXPECT_EQ(changed.header("etag"), "\"4\"");
}

TEST_F(Access, WrongFieldsOfACustomerAreNamed) {
  start();
  const Person sofia = sign_in("sofia");
  for (const auto& [body, field] : {std::pair{R"({"name":5})", "name"}, std::pair{R"({"name":"A","numbers":["x"]})", "numbers"},
                                    std::pair{R"({"name":"A","kind":"robot"})", "kind"}, std::pair{R"({"name":"A","admin":true})", "admin"},
                                    std::pair{R"({"name":"A","name":"B"})", ""}, std::pair{R"({})", "name"}}) {
    const Answer answer = ask("POST", "/api/v1/customers", sofia.headers(origin()), body);
    EXPECT_EQ(answer.status, 400) << body;
    EXPECT_EQ(text(boost::json::parse(answer.body).at("errors").at(0).as_object(), "field"), field) << answer.body;
  }
}

TEST_F(Access, UnreadyServersSaySo) {
  start();
  EXPECT_EQ(ask("GET", "/ready").status, 200);
  on_loop([&] { desk_->drain(std::chrono::milliseconds(100)); });
  EXPECT_EQ(ask("GET", "/ready").status, 503);
  EXPECT_EQ(ask("GET", "/health").status, 200);
}

TEST(Problems, EachCodeHasOneStatus) {
  std::set<std::string> codes;
  for (const ProblemKind& kind : all_problem_kinds()) EXPECT_TRUE(codes.insert(std::string(kind.code)).second) << kind.code;
  EXPECT_EQ(problem_kind(make_error_code(core::Errc::store_full)).code, "store_full");
  EXPECT_TRUE(problem_kind(make_error_code(core::Errc::store_full)).retryable);
  EXPECT_EQ(problem_kind(std::make_error_code(std::errc::io_error)).code, "internal");
  const std::string hidden = problem_json({std::make_error_code(std::errc::io_error), "/secret/path"});
  EXPECT_EQ(hidden.find("secret"), std::string::npos);
}

}  // namespace
}  // namespace callwright::desktop::tests
