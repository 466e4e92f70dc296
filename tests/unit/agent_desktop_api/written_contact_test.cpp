// Written contacts: opened and closed over REST, shown and worked on in frames.
#include <gmock/gmock.h>

#include <set>

#include "agent-desktop-api/json_requests.hpp"
#include "tests/unit/agent_desktop_api/desk_fixture.hpp"

namespace callwright::desktop::tests {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;
using Faults = std::vector<FieldFault>;

std::string with(const std::string& more) { return R"({"channel":"chat","queue":"repairs")" + (more.empty() ? "" : "," + more) + "}"; }
bool is_taken(const std::string& body) { return std::holds_alternative<core::OpenContact>(parse_written_contact(body)); }
core::OpenContact taken(const std::string& body) {
  auto parsed = parse_written_contact(body);
  EXPECT_TRUE(std::holds_alternative<core::OpenContact>(parsed)) << body;
  return is_taken(body) ? std::get<core::OpenContact>(std::move(parsed)) : core::OpenContact{};
}
std::vector<std::string> faulty_fields(const std::string& body) {
  std::vector<std::string> fields;
  const auto parsed = parse_written_contact(body);
  if (const auto* faults = std::get_if<Faults>(&parsed))
    for (const FieldFault& fault : *faults) fields.push_back(fault.field);
  return fields;
}
std::string attributes(std::size_t count, std::size_t key, std::size_t value) {
  std::string all;
  for (std::size_t i = 0; i < count; ++i) {
    std::string name = std::to_string(i);
    name.resize(key, 'k');
    all += (all.empty() ? "\"" : ",\"") + name + "\":\"" + std::string(value, 'v') + "\"";
  }
  return with("\"attributes\":{" + all + "}");
}

TEST(WrittenContact, NeedsAChannelAndAQueueAndNothingElse) {
  const core::OpenContact least = taken(R"({"channel":"email","queue":"repairs"})");
  EXPECT_EQ(least.channel, journal::Channel::email);
  EXPECT_EQ(least.queue, QueueId{"repairs"});
  EXPECT_EQ(least.identity + least.name + least.url, "");
  EXPECT_TRUE(least.attributes.empty());
  EXPECT_TRUE(taken(with(R"("identity":null,"name":null,"url":null,"attributes":null)")).attributes.empty()) << "null is missing";
  EXPECT_EQ(taken(R"({"channel":"other","queue":"repairs"})").channel, journal::Channel::other);
}

TEST(WrittenContact, EachFaultNamesItsField) {
  EXPECT_THAT(faulty_fields("{}"), ElementsAre("channel", "queue"));
  EXPECT_THAT(faulty_fields("no json"), ElementsAre(""));
  EXPECT_THAT(faulty_fields(R"({"channel":"chat","channel":"chat","queue":"q"})"), ElementsAre("")) << "a key twice";
  for (const char* channel : {R"("voice")", R"("fax")", R"("")", "2", "null"})
    EXPECT_THAT(faulty_fields(std::string(R"({"queue":"repairs","channel":)") + channel + "}"), ElementsAre("channel")) << channel;
  for (const char* queue : {R"("Two words")", R"("")", "2", "null"})
    EXPECT_THAT(faulty_fields(std::string(R"({"channel":"chat","queue":)") + queue + "}"), ElementsAre("queue")) << queue;
  EXPECT_THAT(faulty_fields(with(R"("request":"r1")")), ElementsAre("request")) << "the id of a command is a header";
  EXPECT_THAT(faulty_fields(with(R"("identity":7)")), ElementsAre("identity"));
  EXPECT_THAT(faulty_fields(with(R"("identity":"a\nb")")), ElementsAre("identity"));
  EXPECT_THAT(faulty_fields(with(R"("name":["Ada"])")), ElementsAre("name"));
  EXPECT_THAT(faulty_fields(with(R"("name":"Ada\u0007")")), ElementsAre("name"));
  EXPECT_THAT(faulty_fields(with(R"("url":{})")), ElementsAre("url"));
  EXPECT_THAT(faulty_fields(with(R"("attributes":[])")), ElementsAre("attributes"));
  EXPECT_THAT(faulty_fields(with(R"("attributes":{"good":"1","order":2,"":"x","no":null})")),
              ElementsAre("attributes.order", "attributes.", "attributes.no"));
}

TEST(WrittenContact, LimitsAreInBytesAndInclusive) {
  const auto field = [](const char* name, std::size_t size) { return with("\"" + std::string(name) + "\":\"/" + std::string(size - 1, 'x') + "\""); };
  for (const auto& [name, most] : {std::pair{"identity", 256}, {"name", 256}, {"url", 2048}}) {
    EXPECT_TRUE(is_taken(field(name, static_cast<std::size_t>(most)))) << name;
    EXPECT_THAT(faulty_fields(field(name, static_cast<std::size_t>(most) + 1)), ElementsAre(name));
  }
  EXPECT_EQ(taken(attributes(32, 64, 1024)).attributes.size(), 32u);
  EXPECT_THAT(faulty_fields(attributes(33, 2, 1)), ElementsAre("attributes"));
  EXPECT_THAT(faulty_fields(attributes(1, 65, 1)), ElementsAre("attributes.0" + std::string(63, 'k')));
  EXPECT_THAT(faulty_fields(attributes(1, 2, 1025)), ElementsAre("attributes.0k"));
  EXPECT_THAT(taken(with(R"("attributes":{"b":"1","a":"two\nlines"})")).attributes, ElementsAre(Pair("b", "1"), Pair("a", "two\nlines")));
}

TEST(WrittenContact, AnAddressIsHttpOrAPathOfOurOwnHost) {
  const auto url = [](const std::string& text) {
    return boost::json::serialize(boost::json::object{{"channel", "chat"}, {"queue", "repairs"}, {"url", text}});
  };
  for (const char* good : {"https://chat.example.com/c/8841?tab=1#last", "http://10.0.0.7:8080", "https://[::1]/x", "/", "/crm/cases/7", "/a//b",
                           "https://例.example/聊天", ""}) {
    EXPECT_EQ(taken(url(good)).url, good);
    EXPECT_EQ(faults_of_text(url(good), "written_contact"), std::vector<std::string>{}) << good;
  }
  for (const char* bad : {"javascript:alert(1)",
                          "JavaScript:alert(1)",
                          " javascript:alert(1)",
                          "java\tscript:alert(1)",
                          "data:text/html,x",
                          "vbscript:x",
                          "file:///etc/passwd",
                          "mailto:a@b",
                          "ftp://host/",
                          "//evil.example",
                          "/\\evil.example",
                          "\\\\evil.example",
                          "/\t/evil.example",
                          "http:/evil.example",
                          "https:evil.example",
                          "http://",
                          "https:///x",
                          "http://?x",
                          "http://@evil.example",
                          "http://a b/",
                          "http://a/\x7f",
                          "/x\n",
                          "cases/7",
                          "chat.example.com",
                          "./x",
                          "#x",
                          "?x"}) {
    EXPECT_THAT(faulty_fields(url(bad)), ElementsAre("url")) << bad;
    EXPECT_NE(faults_of_text(url(bad), "written_contact"), std::vector<std::string>{}) << bad << ": the schema says the same";
  }
}

class WrittenRest : public DeskTest {
 protected:
  void start_with_token() {
    start();
    on_loop([this] {
      store_.api_tokens[token_hash("chat")] = {2, "chat", token_hash("chat"), {"contacts:write"}, {}, clock_.now() + std::chrono::hours(1), false};
    });
  }
  void answer(Result<void> result, ContactId contact = {}) {
    core_ = [result, contact](const core::Request& request) { return core::Reply{request.session, request.id, result, contact}; };
  }
  Answer post(const std::string& target, const std::string& body, const std::string& key = {}, const std::string& token = "chat") {
    Headers headers{{"Authorization", "Bearer " + token}, {"Content-Type", "application/json"}};
    if (!key.empty()) headers.emplace_back("Idempotency-Key", key);
    return ask("POST", target, headers, body);
  }
  Answer open(const std::string& body, const std::string& key = {}) { return post("/api/v1/contacts", body, key); }
};

TEST_F(WrittenRest, ATokenOpensAContactAndIsToldItsName) {
  start_with_token();
  answer({}, ContactId{77});
  const std::string body =
      R"({"channel":"email","queue":"repairs","identity":"Ada@Example.com","name":"Ada Lovelace","url":"https://mail.example.com/t/9","attributes":{"subject":"Boiler","lang":"en"}})";
  EXPECT_EQ(faults_of_text(body, "written_contact"), std::vector<std::string>{});
  const Answer made = open(body, "mail-9");
  EXPECT_EQ(made.status, 201) << made.body;
  EXPECT_EQ(made.header("location"), "/api/v1/contacts/77");
  EXPECT_EQ(made.body, R"({"contact":"77"})");
  const core::Request request = wait_request<core::OpenContact>();
  EXPECT_EQ(request.principal, "token:chat");
  EXPECT_EQ(request.id, "mail-9");
  EXPECT_FALSE(request.agent) << "nobody's own work";
  const auto& opened = std::get<core::OpenContact>(request.body);
  EXPECT_EQ(opened.channel, journal::Channel::email);
  EXPECT_EQ(opened.queue, QueueId{"repairs"});
  EXPECT_EQ(opened.identity, "Ada@Example.com") << "as that system has it";
  EXPECT_EQ(opened.name, "Ada Lovelace");
  EXPECT_EQ(opened.url, "https://mail.example.com/t/9");
  EXPECT_THAT(opened.attributes, ElementsAre(Pair("subject", "Boiler"), Pair("lang", "en")));
}

TEST_F(WrittenRest, ARetryIsTheSameCommandAndWithoutAKeyEachIsItsOwn) {
  start_with_token();
  answer({}, ContactId{77});
  const auto id = [&](const std::string& key) {
    EXPECT_EQ(open(with(""), key).status, 201);
    return wait_request<core::OpenContact>().id;
  };
  EXPECT_EQ(id("k1"), "k1");
  EXPECT_EQ(id("k1"), "k1") << "the core knows it";
  EXPECT_NE(id(""), id(""));
  answer({});
  const Answer over = open(with(""), "k1");
  EXPECT_EQ(over.status, 200) << "it was done, and the contact is over";
  EXPECT_EQ(over.body, R"({"contact":null})");
  EXPECT_EQ(open(with(""), "two words").status, 400);
  EXPECT_EQ(open(with(""), std::string(65, 'k')).status, 400);
}

TEST_F(WrittenRest, WrongFieldsAreNamedAndTheCoreIsNotAsked) {
  start_with_token();
  const Answer refused = open(with(R"("url":"javascript:void","hurry":true)"));
  EXPECT_EQ(refused.status, 400);
  const auto errors = boost::json::parse(refused.body).at("errors").as_array();
  ASSERT_EQ(errors.size(), 2u);
  EXPECT_EQ(errors[0].at("field"), "hurry");
  EXPECT_EQ(errors[1].at("field"), "url");
  EXPECT_EQ(ask("POST", "/api/v1/contacts", {{"Authorization", "Bearer chat"}}, with("")).status, 415);
  std::lock_guard lock(mutex_);
  EXPECT_TRUE(requests_.empty());
}

TEST_F(WrittenRest, TheCoresRefusalsAreToldByNameAndWhetherToComeAgain) {
  start_with_token();
  const auto refused = [&](core::Errc why) {
    answer(fail(why));
    return open(with(""));
  };
  const Answer many = refused(core::Errc::too_many);
  EXPECT_EQ(many.status, 429);
  EXPECT_THAT(many.body, HasSubstr("\"code\":\"too_many\""));
  EXPECT_THAT(many.body, HasSubstr("\"retryable\":true"));
  EXPECT_EQ(many.header("retry-after"), "10");
  const Answer full = refused(core::Errc::store_full);
  EXPECT_EQ(full.status, 503);
  EXPECT_THAT(full.body, HasSubstr("\"code\":\"store_full\""));
  EXPECT_EQ(full.header("retry-after"), "");
  const Answer draining = refused(core::Errc::draining);
  EXPECT_EQ(draining.status, 503);
  EXPECT_THAT(draining.body, HasSubstr("\"code\":\"draining\""));
  EXPECT_EQ(refused(core::Errc::unknown_queue).status, 422);
  EXPECT_EQ(refused(core::Errc::too_long).status, 413);
}

TEST_F(WrittenRest, OnlyLeadersAndTokensWithTheScopeOpenAndClose) {
  start_with_token();
  answer({}, ContactId{77});
  for (const char* target : {"/api/v1/contacts", "/api/v1/contacts/77/close"}) {
    EXPECT_EQ(post(target, with(""), {}, "machine").status, 403) << "contacts:read is not enough";
    EXPECT_EQ(ask("POST", target, sign_in("sofia").headers(origin()), with("")).status, 403);
    for (const char* leader : {"maria", "root"}) EXPECT_LT(ask("POST", target, sign_in(leader).headers(origin()), with("")).status, 300) << leader;
    EXPECT_LT(post(target, with("")).status, 300);
    Headers no_csrf = sign_in("maria").headers(origin());
    std::erase_if(no_csrf, [](const auto& header) { return header.first == "X-CSRF-Token"; });
    EXPECT_EQ(ask("POST", target, no_csrf, with("")).status, 403);
  }
  EXPECT_EQ(ask("GET", "/api/v1/contacts", {{"Authorization", "Bearer chat"}}).status, 403) << "to write is not to read";
}

TEST_F(WrittenRest, ItsSystemClosesAContact) {
  start_with_token();
  answer({}, ContactId{77});
  EXPECT_EQ(post("/api/v1/contacts/77/close", "", "c1").status, 204);
  const core::Request request = wait_request<core::CloseContact>();
  EXPECT_EQ(request.principal, "token:chat");
  EXPECT_EQ(request.id, "c1");
  EXPECT_EQ(std::get<core::CloseContact>(request.body).contact, ContactId{77});
  answer(fail(core::Errc::unknown_contact));
  EXPECT_EQ(post("/api/v1/contacts/78/close", "").status, 404);
  answer(fail(core::Errc::wrong_state));
  EXPECT_EQ(post("/api/v1/contacts/79/close", "").status, 409);
  EXPECT_EQ(post("/api/v1/contacts/x/close", "").status, 404);
  EXPECT_EQ(post("/api/v1/contacts/77/close", "", "two words").status, 400);
}

class WrittenFrames : public DeskTest {
 protected:
  static core::ContactView chat(std::int64_t id, std::int64_t rev, const std::string& agent = {}, std::int64_t offer = 0) {
    core::ContactView view = contact_view(id, rev, agent, offer);
    view.channel = journal::Channel::chat;
    view.ani = "ada@example.com";
    view.url = "https://chat.example.com/c/" + std::to_string(id);
    return view;
  }
  static core::ContactView working(std::int64_t id, std::int64_t rev, const std::string& agent) {
    core::ContactView view = chat(id, rev);
    view.state = core::ContactState::talking;
    view.agent = AgentId{agent};
    view.answered_at = Instant{2'000};
    return view;
  }
  PageWire joined(const std::string& login) {
    PageWire wire = page(sign_in(login));
    hello(wire);
    snapshot_ = frame(wire);
    return wire;
  }

  boost::json::object snapshot_;
};

TEST_F(WrittenFrames, AnOfferPopsWithItsAddressThoughItHasNoPhone) {
  start();
  PageWire wire = joined("sofia");
  on_loop([&] { desk_->views({decision_view(7, 77, "a1001"), chat(77, 1, "a1001", 900)}); });
  auto pop = frame(wire);
  EXPECT_EQ(text(pop, "kind"), "reserved");
  const auto& data = pop["data"].as_object();
  EXPECT_EQ(text(data, "channel"), "chat");
  EXPECT_EQ(text(data, "url"), "https://chat.example.com/c/77");
  EXPECT_EQ(text(data, "ani"), "ada@example.com");
  EXPECT_TRUE(data.at("switch").is_null());
  EXPECT_EQ(text(data, "call_state"), "ended");
  EXPECT_EQ(data.at("why").at("decision").as_int64(), 7);
  show(contact_view(78, 1, "a1001", 901));
  EXPECT_FALSE(frame(wire)["data"].as_object().contains("url")) << "a call has none";
}

TEST_F(WrittenFrames, NoPhoneWaitsForAWrittenPopAndACallsPopIsNotForgottenForIt) {
  start();
  PageWire wire = joined("sofia");
  show(chat(76, 1, "a1002", 899));
  show(contact_view(78, 1, "a1001", 901));
  const auto call = frame(wire);
  show(chat(77, 1, "a1001", 900));
  const auto written = frame(wire);
  wire.send(R"({"type":"seen","seq":)" + std::to_string(call.at("seq").as_int64()) + "}");
  wire.send(R"({"type":"seen","seq":)" + std::to_string(written.at("seq").as_int64()) + "}");
  wire.send(R"({"type":"resync"})");
  EXPECT_EQ(text(frame(wire), "type"), "snapshot");
  EXPECT_EQ(popped(), (std::vector<OfferId>{OfferId{901}}));
}

TEST_F(WrittenFrames, AnAgentsWorksStandBesideHisState) {
  start();
  PageWire wire = joined("sofia");
  core::AgentView agent = agent_view("a1001", 2);
  using journal::WorkState, journal::Channel;
  agent.contacts = {ContactId{77}, ContactId{78}, ContactId{79}};
  agent.works = {{ContactId{77}, Channel::chat, WorkState::working, Instant{5}, {}, 0},
                 {ContactId{78}, Channel::email, WorkState::wrap_up, Instant{6}, Instant{9}, 2},
                 {ContactId{79}, Channel::other, WorkState::reserved, Instant{7}, Instant{8}, 0}};
  show(agent);
  auto event = frame(wire);
  EXPECT_EQ(text(event, "kind"), "agent");
  EXPECT_EQ(event["data"].at("state"), "ready");
  EXPECT_EQ(boost::json::serialize(event["data"].at("works")),
            R"([{"contact":"77","channel":"chat","state":"working","since":5,"until":null,"wrap_up_extensions_left":0},)"
            R"({"contact":"78","channel":"email","state":"wrap_up","since":6,"until":9,"wrap_up_extensions_left":2},)"
            R"({"contact":"79","channel":"other","state":"reserved","since":7,"until":8,"wrap_up_extensions_left":0}])");
  PageWire leader = joined("maria");
  leader.send(R"({"type":"sub","topics":["agents"]})");
  EXPECT_EQ(text(frame(leader), "part"), "begin");
  EXPECT_EQ(frame(leader)["data"].at(0).at("works").as_array().size(), 3u) << "supervisors see them";
}

TEST_F(WrittenFrames, TheCommandsOfCallsAreThoseOfWrittenContacts) {
  start();
  show(chat(77, 1, "a1001", 900));
  show(working(78, 1, "a1001"));
  PageWire wire = joined("sofia");
  auto say = [&, n = 0](const std::string& name, const std::string& args) mutable {
    wire.send(R"({"type":"cmd","id":"c)" + std::to_string(++n) + R"(","name":")" + name + R"(","args":{)" + args + "}}");
  };
  say("accept", R"("offer":"900")");
  EXPECT_EQ(std::get<core::AcceptOffer>(wait_request<core::AcceptOffer>().body).offer, OfferId{900});
  say("refuse", R"("offer":"900")");
  EXPECT_EQ(wait_request<core::RefuseOffer>().agent, AgentId{"a1001"});
  say("end", R"("contact":"78")");
  EXPECT_EQ(std::get<core::EndContact>(wait_request<core::EndContact>().body).contact, ContactId{78});
  say("extend_wrap_up", R"("contact":"78")");
  EXPECT_EQ(std::get<core::ExtendWrapUp>(wait_request<core::ExtendWrapUp>().body).contact, ContactId{78});
  say("end_wrap_up", R"("contact":"78")");
  EXPECT_EQ(std::get<core::EndWrapUp>(wait_request<core::EndWrapUp>().body).contact, ContactId{78});
}

TEST_F(WrittenFrames, ASnapshotOfMoreContactsThanOneFrameHoldsIsFollowedByTheRest) {
  start();
  std::set<std::string> shown, heard;
  for (std::int64_t id = 1; id <= 60; ++id) {
    core::ContactView view = working(id, 1, "a1001");
    view.url += "/" + std::string(2'000, 'x');
    shown.insert(std::to_string(id));
    show(view);
  }
  PageWire wire = joined("sofia");
  for (const auto& contact : snapshot_["state"].at("contacts").as_array()) heard.insert(text(contact.as_object(), "contact"));
  EXPECT_GT(heard.size(), 10u);
  for (std::int64_t seq = 1; heard.size() < shown.size(); ++seq) {
    const auto event = frame(wire);
    ASSERT_EQ(text(event, "kind"), "contact");
    EXPECT_EQ(event.at("seq").as_int64(), seq);
    heard.insert(text(event, "entity"));
  }
  EXPECT_EQ(heard, shown);
}

}  // namespace
}  // namespace callwright::desktop::tests
