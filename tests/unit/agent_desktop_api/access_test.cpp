#include <gmock/gmock.h>

#include <fstream>
#include <set>
#include <sstream>
#include <thread>

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
    {"POST", "/api/v1/contacts", false, true, true, false},
    {"POST", "/api/v1/contacts/9/close", false, true, true, false},
    {"GET", "/api/v1/contacts/9", false, true, true, true},
    {"GET", "/api/v1/contacts/8", true, true, true, true},
    {"GET", "/api/v1/contacts/9/decisions", false, true, true, true},
    {"POST", "/api/v1/contacts/9/pull", false, true, true, false},
    {"POST", "/api/v1/contacts/9/move", false, true, true, false},
    {"POST", "/api/v1/contacts/9/raise", false, true, true, false},
    {"POST", "/api/v1/contacts/9/park", false, true, true, false},
    {"POST", "/api/v1/contacts/9/unpark", false, true, true, false},
    {"GET", "/api/v1/callbacks", false, true, true, false},
    {"POST", "/api/v1/callbacks", false, true, true, false},
    {"DELETE", "/api/v1/callbacks/9", false, true, true, false},
    {"GET", "/api/v1/queues", false, true, true, false},
    {"PUT", "/api/v1/queues/9/emergency", false, true, true, false},
    {"GET", "/api/v1/agents", false, true, true, false},
    {"PUT", "/api/v1/agents/9/state", false, true, true, false},
    {"GET", "/api/v1/links", false, true, true, false},
    {"DELETE", "/api/v1/session", true, true, true, false},
};

class Access : public DeskTest {
 protected:
  void log_contacts() {
    on_loop([&] {
      for (std::int64_t id : {8, 9}) store_.log[id].contact.contact = ContactId{id};
      store_.log[9].contact.channel = journal::Channel::email;
      store_.log[9].url = "https://mail.example.com/t/9";
      store_.log[8].segments.push_back({1, AgentId{"a1001"}, journal::SegmentKind::talk, Instant{1}, Instant{2}});
      contacts::Decision decision{Instant{1}, ContactId{9}, {}, {{SkillId{"heating"}, journal::Requirement::Kind::required, 40, 2}}, Instant{9}, journal::OfferEnd::timed_out};
      decision.offer.agent = AgentId{"a1001"};
      decision.offer.gates = {{journal::Gate::member, 3}, {journal::Gate::capacity, 3}, {journal::Gate::not_held, 2}};
      decision.offer.best = {
          {AgentId{"a1001"},
           180'000,
           {{journal::TermKind::skill, SkillId{"heating"}, 180'000}, {journal::TermKind::rank, {}, 0}, {journal::TermKind::load, {}, 0}}},
          {AgentId{"a1002"}, 165'000, {{journal::TermKind::skill, SkillId{"heating"}, 120'000}, {journal::TermKind::rank, {}, 45'000}}},
          {AgentId{"a1003"}, 0, {}}};
      store_.routed[9].push_back(std::move(decision));
    });
  }
};

TEST_F(Access, EveryRoleGetsExactlyWhatTheTableSays) {
  start();
  log_contacts();
  core_ = [](const core::Request& request) { return core::Reply{request.session, request.id, std::unexpected(Error{core::Errc::no_callback, {}}), {}}; };
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

TEST_F(Access, ASupervisorSwitchesAQueueToEmergencyByRest) {
  start();
  const Person maria = sign_in("maria");
  Headers headers = maria.headers(origin());
  const auto put = [&](const std::string& body, Result<void> answer) {
    std::jthread core([&] {
      const core::Request request = wait_request<core::SetEmergency>();
      EXPECT_EQ(request.principal, "user:3");
      EXPECT_EQ(std::get<core::SetEmergency>(request.body).queue, QueueId{"repairs"});
      EXPECT_EQ(std::get<core::SetEmergency>(request.body).on, body.find("true") != std::string::npos);
      on_loop([&] { desk_->reply({request.session, request.id, answer, {}}); });
    });
    return ask("PUT", "/api/v1/queues/repairs/emergency", headers, body).status;
  };
  EXPECT_EQ(put(R"({"on":true})", {}), 204);
  EXPECT_EQ(put(R"({"on":false})", {}), 204);
  EXPECT_EQ(put(R"({"on":true})", fail(core::Errc::unknown_queue)), 422);
  for (const char* wrong : {"", "{}", R"({"on":1})", R"({"on":true,"off":true})"})
    EXPECT_EQ(ask("PUT", "/api/v1/queues/repairs/emergency", headers, wrong).status, 400) << wrong;
  EXPECT_EQ(ask("PUT", "/api/v1/queues/Rep%20airs/emergency", headers, R"({"on":true})").status, 404);
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
  std::set<std::string> documented;
  for (const PromisedRoute& route : openapi()) documented.insert(route.method + " " + route.path);
  std::set<std::string> existing;
  for (const Route& route : Api::routes()) existing.insert(std::string(route.method) + " " + std::string(route.path));
  EXPECT_EQ(documented, existing);
}

/// The schemas to which a choice of frames refers.
std::set<std::string> choices_of(const std::string& schema) {
  std::set<std::string> names;
  for (const auto& choice : load_schema(schema).at("oneOf").as_array()) {
    const std::string file(choice.at("$ref").as_string());
    names.insert(file.substr(0, file.rfind(".json")));
  }
  return names;
}

TEST(Documents, AsyncApiNamesExactlyTheFramesThatExist) {
  const auto set_of = [](std::vector<std::string> names) { return std::set<std::string>(names.begin(), names.end()); };
  EXPECT_EQ(set_of(asyncapi_frames("serverSends")), choices_of("server_frame"));
  auto from_pages = asyncapi_frames("pageSends");
  for (const std::string& frame : asyncapi_frames("command")) from_pages.push_back(frame);
  EXPECT_EQ(set_of(from_pages), choices_of("page_frame"));
  EXPECT_EQ(from_pages.size(), choices_of("page_frame").size());
}

TEST(Documents, EveryAddressPromisesSuccessAndProblems) {
  ASSERT_GT(openapi().size(), 10U);
  for (const PromisedRoute& route : openapi()) {
    EXPECT_EQ(route.answers.at("default").schema, "problem") << route.path;
    EXPECT_TRUE(std::ranges::any_of(route.answers, [](const auto& answer) { return answer.first < "4"; })) << route.method << " " << route.path;
  }
}

TEST(Documents, ExamplesOfBodiesFitTheirSchemas) {
  std::size_t examples = 0;
  for (const PromisedRoute& route : openapi()) {
    if (route.example.empty()) continue;
    ++examples;
    EXPECT_EQ(faults_of_text(route.example, route.body), std::vector<std::string>{}) << route.method << " " << route.path << ": " << route.example;
  }
  EXPECT_GE(examples, 4U);
}

TEST(Documents, WhatTheStoreMakesFitsTheCardsSchemas) {
  contacts::Customer plain;
  plain.id = CustomerId{7};
  plain.version = 1;
  plain.name = "Ada";
  contacts::Customer full = plain;
  full.kind = contacts::CustomerKind::org;
  full.name_alt = "阿达 \"<b>";
  full.lang = "zh";
  full.tier = "gold";
  full.stage = contacts::Stage::decline;
  full.stage_since = full.since = Instant{5};
  full.flags = {"vip"};
  full.account = "a1";
  full.external_id = "e1";
  full.household = 3;
  full.household_head = true;
  full.value_12m_minor = 184050;
  full.currency = "EUR";
  full.satisfaction = contacts::Satisfaction{4, 5};
  full.attrs = R"({"model":"X1"})";
  full.numbers = {{"+441632960123", "mobile", "01632 960123", "agent", contacts::Confidence::maybe}};
  full.emails = {"ada@example.com"};
  contacts::ContactRow bare, whole;
  bare.contact = ContactId{8};
  bare.opened_at = Instant{1};
  whole.contact = ContactId{9};
  whole.opened_at = Instant{1};
  whole.queue = QueueId{"repairs"};
  whole.agent = AgentId{"a1001"};
  whole.outcome = journal::ContactOutcome::short_abandoned;
  whole.disposition = "solved";
  whole.resolved = true;
  whole.talk = std::chrono::seconds(3);
  for (const contacts::ContactRow& row : {bare, whole}) EXPECT_EQ(faults_of_text(contacts::contact_line(row), "card_row"), std::vector<std::string>{}) << contacts::contact_line(row);
  const std::string recent = contacts::with_contact(contacts::contact_line(bare), whole);
  for (const contacts::Customer& customer : {plain, full}) {
    for (const std::string& lines : {std::string(), recent}) {
      const std::string card = contacts::whole_card(contacts::card_head(customer, 2), lines, lines.empty() ? 0 : 2);
      EXPECT_EQ(faults_of_text(card, "card"), std::vector<std::string>{}) << card;
    }
    for (Instant last : {Instant{}, Instant{9}}) {
      const std::string brief = contacts::whole_brief(contacts::card_brief(customer), last, 2);
      EXPECT_EQ(faults_of_text(brief, "card_head"), std::vector<std::string>{}) << brief;
    }
  }
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
  check("/api/v1/contacts/9", "contact_detail");
  check("/api/v1/contacts/9/decisions", "decision_page");
  check("/api/v1/contacts/9/decisions?agent=a1003", "decision_page");
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

TEST_F(Access, ADecisionSaysHowItsOfferEndedAndWhatWouldHaveGivenItToAnother) {
  start();
  log_contacts();
  const Person maria = sign_in("maria");
  const auto decision = [&](const std::string& query) {
    return boost::json::parse(ask("GET", "/api/v1/contacts/9/decisions" + query, maria.headers(origin())).body).at("items").at(0).as_object();
  };
  const auto second = decision("");
  EXPECT_EQ(second.at("how").as_string(), "timed_out");
  EXPECT_EQ(second.at("ended_at").as_int64(), 9);
  const auto& would = second.at("would").as_object();
  EXPECT_EQ(would.at("agent").as_string(), "a1002");
  EXPECT_EQ(would.at("missing").as_int64(), 15'000);
  const auto& way = would.at("ways").at(0);
  EXPECT_EQ(way.at("kind").as_string(), "skill");
  EXPECT_EQ(way.at("from").as_int64(), 60);
  EXPECT_EQ(way.at("to").as_int64(), 68);
  EXPECT_EQ(decision("?agent=a1003").at("would").at("missing").as_int64(), 180'000);
  EXPECT_TRUE(decision("?agent=a1001").at("would").is_null()) << "he was chosen";
  EXPECT_TRUE(decision("?agent=nobody").at("would").is_null());
  EXPECT_EQ(ask("GET", "/api/v1/contacts/9/decisions?agent=No%20key", maria.headers(origin())).status, 400);
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

TEST_F(Access, MakingACustomerTwiceByOneCommandMakesHimOnce) {
  start();
  const auto make = [&](const Person& who, const std::string& command) {
    Headers headers = who.headers(origin());
    headers.emplace_back("Idempotency-Key", command);
    return ask("POST", "/api/v1/customers", headers, R"({"name":"Bo"})");
  };
  const Person sofia = sign_in("sofia");
  const Answer first = make(sofia, "c1");
  EXPECT_EQ(first.status, 201);
  const Answer again = make(sofia, "c1");
  EXPECT_EQ(again.status, 201);
  EXPECT_EQ(again.header("location"), first.header("location"));
  EXPECT_NE(make(sofia, "c2").header("location"), first.header("location"));
  EXPECT_NE(make(sign_in("lee"), "c1").header("location"), first.header("location")) << "ids are each principal's own";
  EXPECT_EQ(make(sofia, std::string(65, 'c')).status, 400);
  EXPECT_EQ(make(sofia, "two words").status, 400);
}

TEST_F(Access, OnlyAPartyOfAContactGivesItsNumberToANewCustomer) {
  start();
  log_contacts();
  show(contact_view(10, 1, "a1001", 77));
  show(contact_view(11, 1, "a1002", 78));
  const Person sofia = sign_in("sofia");
  const auto make = [&](const Person& who, int contact) {
    return ask("POST", "/api/v1/customers", who.headers(origin()), R"({"name":"Bo","contact":")" + std::to_string(contact) + "\"}").status;
  };
  EXPECT_EQ(make(sofia, 8), 201) << "he was a party";
  EXPECT_EQ(make(sofia, 10), 201) << "it is offered to him";
  EXPECT_EQ(make(sofia, 9), 403);
  EXPECT_EQ(make(sofia, 11), 403) << "it is with another";
  EXPECT_EQ(make(sofia, 12), 404);
  EXPECT_EQ(make(sign_in("maria"), 9), 201) << "supervisors read every contact";
  std::size_t made = 0;
  on_loop([&] { made = store_.people.size(); });
  EXPECT_EQ(made, 4U) << "Ada and the three that were allowed";
}

TEST_F(Access, UnreadyServersSaySo) {
  start();
  EXPECT_EQ(ask("GET", "/ready").status, 200);
  on_loop([&] { desk_->intake(core::Errc::store_full); });
  EXPECT_EQ(ask("GET", "/ready").status, 503);
  EXPECT_NE(ask("GET", "/ready").body.find("\"store_full\""), std::string::npos) << "and why";
  on_loop([&] { desk_->intake({}); });
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
  EXPECT_FALSE(problem_kind(make_error_code(core::Errc::contact_lost)).retryable) << "the page must not say it again for ever";
  EXPECT_EQ(problem_kind(std::make_error_code(std::errc::io_error)).code, "internal");
  const std::string hidden = problem_json({std::make_error_code(std::errc::io_error), "/secret/path"});
  EXPECT_EQ(hidden.find("secret"), std::string::npos);
}

}  // namespace
}  // namespace callwright::desktop::tests
