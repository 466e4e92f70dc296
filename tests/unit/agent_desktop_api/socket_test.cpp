#include "tests/unit/agent_desktop_api/desk_fixture.hpp"

namespace callwright::desktop::tests {
namespace {

using std::chrono::milliseconds;

class PageSocket : public DeskTest {
 protected:
  /// A page that has its snapshot.
  PageWire joined(const Person& person, const std::string& more = "") {
    PageWire wire = page(person);
    welcome_ = hello(wire, more);
    snapshot_ = frame(wire);
    EXPECT_EQ(text(snapshot_, "type"), "snapshot");
    return wire;
  }
  std::string resume(std::int64_t seq) const {
    return R"(,"resume":{"token":")" + text(welcome_, "resume_token") + R"(","epoch":1,"seq":)" + std::to_string(seq) + "}";
  }
  int close_code(PageWire& wire) {
    while (true) {
      auto next = frame(wire);
      if (text(next, "type").empty()) return next["close"].to_number<int>();
    }
  }

  boost::json::object welcome_;
  boost::json::object snapshot_;
};

TEST_F(PageSocket, NeedsASessionTheOriginAndTheSubprotocol) {
  start();
  const Person sofia = sign_in("sofia");
  const auto status = [&](Headers headers) { return PageWire(desk_->port(), headers).status(); };
  EXPECT_EQ(status({{"Cookie", sofia.cookie}, {"Origin", origin()}, {"Sec-WebSocket-Protocol", "cti.v1.json"}}), 101);
  EXPECT_EQ(status({{"Origin", origin()}, {"Sec-WebSocket-Protocol", "cti.v1.json"}}), 401);
  EXPECT_EQ(status({{"Cookie", sofia.cookie}, {"Sec-WebSocket-Protocol", "cti.v1.json"}}), 403);
  EXPECT_EQ(status({{"Cookie", sofia.cookie}, {"Origin", "http://evil.example"}, {"Sec-WebSocket-Protocol", "cti.v1.json"}}), 403);
  EXPECT_EQ(status({{"Cookie", sofia.cookie}, {"Origin", origin()}, {"Sec-WebSocket-Protocol", "cti.v2.json"}}), 400);
}

TEST_F(PageSocket, HelloGivesWelcomeSnapshotAndTellsTheCore) {
  start();
  const Person sofia = sign_in("sofia");
  show(contact_view(77, 1, "a1001", 900));
  PageWire wire = joined(sofia);
  EXPECT_EQ(text(welcome_["user"].as_object(), "agent"), "a1001");
  EXPECT_EQ(welcome_["hb_ms"].as_int64(), 15'000);
  const auto& state = snapshot_["state"].as_object();
  EXPECT_EQ(text(state.at("agent").as_object(), "agent"), "a1001");
  ASSERT_EQ(state.at("contacts").as_array().size(), 1U);
  EXPECT_EQ(text(state.at("contacts").at(0).at("card").as_object(), "name"), "Ada");
  EXPECT_EQ(text(state.at("centre").as_object(), "name"), "Test");
  EXPECT_EQ(wait_request<core::SignIn>().agent, AgentId{"a1001"});
}

TEST_F(PageSocket, AnOfferPopsOnTheOfferedAgentsPagesOnly) {
  start();
  PageWire sofia = joined(sign_in("sofia"));
  PageWire lee = joined(sign_in("lee"));
  show(contact_view(77, 1));
  show(contact_view(77, 2, "a1001", 900));
  auto pop = frame(sofia);
  EXPECT_EQ(text(pop, "kind"), "reserved");
  EXPECT_EQ(text(pop, "entity"), "77");
  EXPECT_EQ(text(pop["data"].at("card").as_object(), "name"), "Ada");
  show(contact_view(77, 3, "a1001", 900));
  EXPECT_EQ(text(frame(sofia), "kind"), "contact") << "a later change of the same offer does not pop again";
  show(contact_view(77, 4, "a1002", 901));
  auto lost = frame(sofia);
  EXPECT_EQ(text(lost, "kind"), "contact");
  EXPECT_TRUE(lost["data"].at("card").is_null()) << "the record goes with the contact";
  auto won = frame(lee);
  EXPECT_EQ(text(won, "kind"), "reserved");
  EXPECT_EQ(won["seq"].as_int64(), 1) << "lee's page heard nothing before";
  EXPECT_EQ(metric("callwright_desk_pops_total"), 2);
}

TEST_F(PageSocket, EachPageOfAGroupPopsWithItsOwnReasonAndHearsWhoTookTheContact) {
  start();
  PageWire sofia = joined(sign_in("sofia"));
  PageWire lee = joined(sign_in("lee"));
  core::ContactView both = contact_view(77, 1, "a1001", 900);
  both.offers.push_back({OfferId{901}, AgentId{"a1002"}, Instant{1'000}, Instant{2'000}, 8, true, true, false});
  on_loop([&] { desk_->views({decision_view(7, 77, "a1001"), decision_view(8, 77, "a1002"), both}); });
  auto first = frame(sofia), second = frame(lee);
  EXPECT_EQ(text(first, "kind"), "reserved");
  EXPECT_EQ(first["data"].at("why").at("decision").as_int64(), 7);
  EXPECT_EQ(text(second, "kind"), "reserved");
  EXPECT_EQ(second["data"].at("why").at("decision").as_int64(), 8);
  EXPECT_TRUE(second["data"].at("offers").at(1).at("claim").as_bool());
  both.rev = 2;
  both.offers.erase(both.offers.begin());
  both.offers[0].claim = false;
  both.offers[0].claimed = true;
  show(both);
  auto lost = frame(sofia);
  EXPECT_EQ(text(lost, "kind"), "contact");
  EXPECT_TRUE(lost["data"].at("why").is_null());
  EXPECT_TRUE(lost["data"].at("offers").at(0).at("claimed").as_bool());
  EXPECT_EQ(text(frame(lee), "kind"), "contact");
}

TEST_F(PageSocket, APopIsToldOfWhenThePageHasSeenItAndAtOnceWithoutAPage) {
  start();
  PageWire sofia = joined(sign_in("sofia"));
  show(contact_view(77, 1, "a1001", 900));
  const auto pop = frame(sofia);
  show(contact_view(78, 1, "a1002", 901));
  EXPECT_EQ(popped(), (std::vector<OfferId>{OfferId{901}})) << "nobody looks for a1002";
  sofia.send(R"({"type":"seen","seq":0})");
  sofia.send(R"({"type":"seen","seq":)" + std::to_string(pop.at("seq").as_int64()) + "}");
  sofia.send(R"({"type":"seen","seq":99})");
  sofia.send(R"({"type":"resync"})");
  EXPECT_EQ(text(frame(sofia), "type"), "snapshot") << "all before it was heard";
  EXPECT_EQ(popped(), (std::vector<OfferId>{OfferId{901}, OfferId{900}}));
}

TEST_F(PageSocket, AContactThatTheWholeDoesNotHoldHasEnded) {
  start();
  PageWire wire = joined(sign_in("sofia"));
  show(contact_view(77, 1, "a1001", 900));
  EXPECT_EQ(text(frame(wire), "kind"), "reserved");
  on_loop([&] { desk_->whole({contact_view(78, 9, "a1001", 901)}); });
  auto ended = frame(wire);
  EXPECT_EQ(text(ended, "entity"), "77");
  EXPECT_EQ(text(ended["data"].as_object(), "state"), "ended");
  auto begun = frame(wire);
  EXPECT_EQ(text(begun, "kind"), "reserved");
  EXPECT_EQ(text(begun, "entity"), "78");
}

TEST_F(PageSocket, OlderRevisionsAndRepeatsSayNothing) {
  start();
  PageWire wire = joined(sign_in("sofia"));
  show(contact_view(77, 5, "a1001", 900));
  show(contact_view(77, 5, "a1001", 900));
  show(contact_view(77, 4, "a1001", 900));
  show(agent_view("a1001", 2));
  EXPECT_EQ(text(frame(wire), "kind"), "reserved");
  auto next = frame(wire);
  EXPECT_EQ(text(next, "kind"), "agent");
  EXPECT_EQ(next["seq"].as_int64(), 2);
}

TEST_F(PageSocket, ResumeInsideTheRingRepeatsWhatWasMissed) {
  start();
  const Person sofia = sign_in("sofia");
  {
    PageWire wire = joined(sofia);
    show(agent_view("a1001", 2));
    EXPECT_EQ(text(frame(wire), "kind"), "agent");
  }
  EXPECT_EQ(wait_request<core::SessionLost>().agent, AgentId{"a1001"});
  show(contact_view(77, 1, "a1001", 900));
  PageWire wire = page(sofia);
  auto welcome = hello(wire, resume(1));
  EXPECT_TRUE(welcome["resumed"].as_bool());
  auto missed = frame(wire);
  EXPECT_EQ(text(missed, "kind"), "reserved");
  EXPECT_EQ(missed["seq"].as_int64(), 2);
}

TEST_F(PageSocket, ResumeBeyondTheRingGivesASnapshot) {
  start();
  const Person sofia = sign_in("sofia");
  { PageWire wire = joined(sofia); }
  wait_request<core::SessionLost>();
  for (int rev = 2; rev < 300; ++rev) show(agent_view("a1001", rev));
  PageWire wire = page(sofia);
  EXPECT_FALSE(hello(wire, resume(0))["resumed"].as_bool());
  EXPECT_EQ(text(frame(wire), "type"), "snapshot");
}

TEST_F(PageSocket, ResumeWithAnothersTokenOrEpochGivesASnapshot) {
  start();
  { PageWire wire = joined(sign_in("sofia")); }
  wait_request<core::SessionLost>();
  PageWire lee = page(sign_in("lee"));
  EXPECT_FALSE(hello(lee, resume(0))["resumed"].as_bool());
  PageWire other_epoch = page(sign_in("sofia"));
  EXPECT_FALSE(hello(other_epoch, R"(,"resume":{"token":")" + text(welcome_, "resume_token") + R"(","epoch":2,"seq":0})")["resumed"].as_bool());
}

TEST_F(PageSocket, TheSameTabReplacesItselfAndTheNinthPageTheOldest) {
  start();
  const Person sofia = sign_in("sofia");
  PageWire first = joined(sofia, R"(,"tab_id":"t1")");
  PageWire again = joined(sofia, R"(,"tab_id":"t1")");
  EXPECT_EQ(close_code(first), 4409);
  std::vector<PageWire> more;
  for (int i = 0; i < 8; ++i) more.push_back(joined(sofia));
  EXPECT_EQ(close_code(again), 4409);
}

TEST_F(PageSocket, BadFramesClose4400AndAreCounted) {
  start();
  const Person sofia = sign_in("sofia");
  const std::string deep = std::string(40, '[') + std::string(40, ']');
  const std::vector<std::string> bad{"not json", "[]", "{}", R"({"type":"what"})", R"({"type":"hello"})", R"({"type":"pong","n":"x"})", R"({"type":"pong","n":1,"n":2})",
                                     R"({"type":"sub","topics":["secrets"]})", R"({"type":"seen","x":)" + deep + "}", std::string(70'000, ' ')};
  for (const std::string& text : bad) {
    PageWire wire = joined(sofia);
    wire.send(text);
    EXPECT_EQ(close_code(wire), 4400) << text.substr(0, 50);
  }
  PageWire binary = joined(sofia);
  binary.send("x", 2);
  EXPECT_EQ(close_code(binary), 4400);
  PageWire before_hello = page(sofia);
  before_hello.send(R"({"type":"pong","n":1})");
  EXPECT_EQ(close_code(before_hello), 4400);
  EXPECT_EQ(metric("callwright_desk_bad_input_total{kind=\"ws_frame\"}"), static_cast<double>(bad.size() + 2));
}

TEST_F(PageSocket, WhatTheWebSocketProtocolForbidsEndsTheConnectionAndIsCounted) {
  start();
  const Person sofia = sign_in("sofia");
  const auto ends = [&](const std::string& text, int opcode) {
    PageWire wire = joined(sofia);
    wire.send(text, opcode);
    const Message last = wire.receive();
    return last.ended || last.close_code != 0;
  };
  EXPECT_TRUE(ends("x", 3)) << "an opcode that does not exist";
  EXPECT_TRUE(ends("x", 0)) << "a continuation of nothing";
  EXPECT_TRUE(ends(std::string(200, 'x'), 9)) << "a ping longer than 125 bytes";
  EXPECT_TRUE(ends("\xC3\x28", 1)) << "a text that is no UTF-8";
  EXPECT_TRUE(ends(std::string(200'000, 'x'), 1)) << "a message that is not even read";
  EXPECT_EQ(metric("callwright_desk_bad_input_total{kind=\"ws_message\"}"), 5);
}

TEST_F(PageSocket, NoHelloInTimeClosesTheSocket) {
  DeskOptions options;
  options.hello_timeout = milliseconds(20);
  start(options);
  PageWire wire = page(sign_in("sofia"));
  EXPECT_EQ(close_code(wire), 4400);
}

TEST_F(PageSocket, TwoMissedHeartbeatsCloseAndAnswersKeepOpen) {
  DeskOptions options;
  options.heartbeat = milliseconds(20);
  start(options);
  PageWire silent = joined(sign_in("sofia"));
  EXPECT_EQ(close_code(silent), 4408);
  PageWire alive = joined(sign_in("sofia"));
  for (int beat = 1; beat <= 4; ++beat) {
    auto ping = frame(alive);
    ASSERT_EQ(text(ping, "type"), "ping");
    alive.send(R"({"type":"pong","n":)" + std::to_string(ping["n"].as_int64()) + "}");
  }
}

TEST_F(PageSocket, APageThatDoesNotReadIsClosedWith4408) {
  start();
  const Person sofia = sign_in("sofia");
  PageWire wire = page(sofia, 4096);
  hello(wire);
  core::ContactView big = contact_view(77, 1, "a1001", 900);
  big.caller_name = std::string(40'000, 'x');
  // Far more than the kernel's buffers and our queue together hold.
  for (int rev = 1; rev < 400; ++rev) {
    big.rev = rev;
    show(big);
  }
  EXPECT_EQ(close_code(wire), 4408);
  EXPECT_EQ(metric("callwright_desk_socket_overflow_total"), 1);
}

TEST_F(PageSocket, CommandsGoToTheCoreInTheAgentsNameAndAreAnswered) {
  start();
  PageWire wire = joined(sign_in("sofia"));
  wire.send(R"({"type":"cmd","id":"c1","name":"set_state","args":{"state":"not_ready","reason":"break"}})");
  const core::Request request = wait_request<core::SetState>();
  EXPECT_EQ(request.agent, AgentId{"a1001"});
  EXPECT_EQ(request.principal, "user:1");
  EXPECT_EQ(request.id, "c1");
  EXPECT_EQ(std::get<core::SetState>(request.body).reason, "break");
  EXPECT_FALSE(std::get<core::SetState>(request.body).by_supervisor);
  on_loop([&] { desk_->reply({request.session, "c1", {}}); });
  EXPECT_EQ(text(frame(wire), "type"), "ack");
  on_loop([&] { desk_->reply({request.session, "c1", fail(core::Errc::store_full)}); });
  auto nack = frame(wire);
  EXPECT_EQ(text(nack["problem"].as_object(), "code"), "store_full");
  EXPECT_TRUE(nack["problem"].at("retryable").as_bool());
}

TEST_F(PageSocket, EveryCommandOfTheDocumentReachesTheCore) {
  start();
  PageWire wire = joined(sign_in("sofia"));
  const std::vector<std::string> commands{
      R"("name":"accept","args":{"offer":"9"})", R"("name":"refuse","args":{"offer":"9"})", R"("name":"hold","args":{"contact":"9"})",
      R"("name":"retrieve","args":{"contact":"9"})", R"("name":"end","args":{"contact":"9"})", R"("name":"extend_wrap_up","args":{"contact":"9"})",
      R"("name":"end_wrap_up","args":{"contact":"9"})", R"("name":"disposition","args":{"contact":"9","code":"fixed","resolved":true})",
      R"("name":"note","args":{"contact":"9","note":"n1","text":"called back"})", R"("name":"choose_customer","args":{"contact":"9","customer":"500"})",
      R"("name":"sign_out","args":{})"};
  for (std::size_t i = 0; i < commands.size(); ++i) {
    const std::string text = R"({"type":"cmd","id":"c)" + std::to_string(i) + R"(",)" + commands[i] + "}";
    EXPECT_EQ(faults_of_text(text, "page_frame"), std::vector<std::string>{});
    wire.send(text);
  }
  wait_request<core::SignIn>();
  wait_request<core::SignOut>();
  std::lock_guard lock(mutex_);
  EXPECT_EQ(requests_.size(), commands.size() - 1);
  for (const core::Request& request : requests_)
    if (const auto* choice = std::get_if<core::ChooseCustomer>(&request.body)) EXPECT_NE(choice->card.find("Ada"), std::string::npos);
}

TEST_F(PageSocket, WhoIsChosenForAnUnknownCallerGetsHisNumber) {
  start();
  const auto offered = [](std::int64_t id, journal::Match match, const char* agent) {
    auto view = contact_view(id, 1, agent, id + 100);
    view.match = match;
    return view;
  };
  show(offered(9, journal::Match::none, "a1001"));
  show(offered(10, journal::Match::maybe, "a1001"));
  show(offered(11, journal::Match::known, "a1001"));
  show(offered(12, journal::Match::none, "a1002"));
  PageWire wire = joined(sign_in("sofia"));
  for (const char* contact : {"9", "10", "11", "12"}) {
    wire.send(std::string(R"({"type":"cmd","id":"c)") + contact + R"(","name":"choose_customer","args":{"contact":")" + contact + R"(","customer":"500"}})");
    EXPECT_EQ(wait_request<core::ChooseCustomer>().id, std::string("c") + contact);
  }
  const CustomerId ada{500};
  on_loop([&] {
    EXPECT_EQ(store_.attached, (std::vector<FakeStore::Attached>{{ContactId{9}, ada, "user:1"}, {ContactId{10}, ada, "user:1"}}))
        << "not the number of somebody known, and not of a contact of another agent";
  });
}

TEST_F(PageSocket, WrongArgumentsAreNackedByFieldAndChangeNothing) {
  start();
  PageWire wire = joined(sign_in("sofia"));
  wait_request<core::SignIn>();
  for (const char* command : {R"("name":"accept","args":{"offer":9})", R"("name":"accept","args":{})", R"("name":"set_state","args":{"state":"talking"})",
                              R"("name":"fly","args":{})", R"("name":"note","args":[])"}) {
    wire.send(std::string(R"({"type":"cmd","id":"c",)") + command + "}");
    auto nack = frame(wire);
    EXPECT_EQ(text(nack, "type"), "nack") << command;
    EXPECT_EQ(text(nack["problem"].as_object(), "code"), "bad_request");
    EXPECT_EQ(nack["problem"].at("errors").as_array().size(), 1U) << command;
  }
  EXPECT_EQ(metric("callwright_desk_problems_total{code=\"bad_request\"}"), 5);
  std::lock_guard lock(mutex_);
  EXPECT_TRUE(requests_.empty());
}

TEST_F(PageSocket, AFullCoreQueueIsARetryableNack) {
  start();
  PageWire wire = joined(sign_in("sofia"));
  wait_request<core::SignIn>();
  {
    std::lock_guard lock(mutex_);
    core_full_ = true;
  }
  wire.send(R"({"type":"cmd","id":"c1","name":"sign_out","args":{}})");
  auto nack = frame(wire);
  EXPECT_EQ(text(nack["problem"].as_object(), "code"), "busy");
  EXPECT_EQ(metric("callwright_desk_problems_total{code=\"busy\"}"), 1);
  EXPECT_TRUE(nack["problem"].at("retryable").as_bool());
}

TEST_F(PageSocket, CommandsBeyondTheBudgetAreNacked) {
  start();
  PageWire wire = joined(sign_in("sofia"));
  for (int i = 0; i < 30; ++i) wire.send(R"({"type":"cmd","id":"c","name":"accept","args":{"offer":"9"}})");
  EXPECT_EQ(text(frame(wire)["problem"].as_object(), "code"), "too_many");
}

TEST_F(PageSocket, RolesHoldForFramesAsForRest) {
  start();
  PageWire agent = joined(sign_in("sofia"));
  agent.send(R"({"type":"cmd","id":"c","name":"force_state","args":{"agent":"a1002","state":"not_ready","reason":"break"}})");
  EXPECT_EQ(text(frame(agent)["problem"].as_object(), "code"), "not_allowed");
  agent.send(R"({"type":"sub","topics":["agents"]})");
  EXPECT_EQ(close_code(agent), 4403);

  PageWire leader = joined(sign_in("maria"));
  leader.send(R"({"type":"cmd","id":"c","name":"set_state","args":{"state":"ready"}})");
  EXPECT_EQ(text(frame(leader)["problem"].as_object(), "code"), "not_allowed");
  leader.send(R"({"type":"cmd","id":"d","name":"force_state","args":{"agent":"a1002","state":"not_ready","reason":"break"}})");
  const core::Request request = wait_request<core::SetState>();
  EXPECT_EQ(request.agent, AgentId{"a1002"});
  EXPECT_EQ(request.principal, "user:3");
  EXPECT_TRUE(std::get<core::SetState>(request.body).by_supervisor);
}

TEST_F(PageSocket, SupervisorsSteerContactsAndAgentsDoNot) {
  start();
  using Steer = core::SteerContact;
  const std::vector<std::string> commands{R"("name":"raise","args":{"contact":"9","points":-250})", R"("name":"park","args":{"contact":"9"})",
                                          R"("name":"resume","args":{"contact":"9"})", R"("name":"pull","args":{"contact":"9","agent":"a1002"})",
                                          R"("name":"move","args":{"contact":"9","queue":"repairs"})"};
  PageWire agent = joined(sign_in("sofia"));
  for (const std::string& command : commands) {
    agent.send(R"({"type":"cmd","id":"c",)" + command + "}");
    EXPECT_EQ(text(frame(agent)["problem"].as_object(), "code"), "not_allowed") << command;
  }
  for (const char* login : {"maria", "root"}) {
    PageWire leader = joined(sign_in(login));
    for (std::size_t i = 0; i < commands.size(); ++i) {
      const std::string text = R"({"type":"cmd","id":"s)" + std::to_string(i) + R"(",)" + commands[i] + "}";
      EXPECT_EQ(faults_of_text(text, "page_frame"), std::vector<std::string>{});
      leader.send(text);
      const core::Request request = wait_request<Steer>();
      EXPECT_EQ(request.agent, AgentId{}) << "in nobody's name";
      EXPECT_EQ(request.principal, std::string(login) == "maria" ? "user:3" : "user:4");
      const auto& steer = std::get<Steer>(request.body);
      EXPECT_EQ(steer.contact, ContactId{9});
      EXPECT_EQ(steer.how.index(), i);
      if (const auto* raise = std::get_if<Steer::Raise>(&steer.how)) EXPECT_EQ(raise->points, -250);
      if (const auto* pull = std::get_if<Steer::Pull>(&steer.how)) EXPECT_EQ(pull->to, AgentId{"a1002"});
      if (const auto* move = std::get_if<Steer::Move>(&steer.how)) EXPECT_EQ(move->to, QueueId{"repairs"});
    }
  }
}

TEST_F(PageSocket, SupervisorsSwitchAQueueToEmergencyAndAgentsDoNot) {
  start();
  const std::string command = R"({"type":"cmd","id":"e1","name":"emergency","args":{"queue":"repairs","on":true}})";
  EXPECT_EQ(faults_of_text(command, "page_frame"), std::vector<std::string>{});
  PageWire agent = joined(sign_in("sofia"));
  agent.send(command);
  EXPECT_EQ(text(frame(agent)["problem"].as_object(), "code"), "not_allowed");
  PageWire leader = joined(sign_in("maria"));
  leader.send(command);
  const core::Request request = wait_request<core::SetEmergency>();
  EXPECT_EQ(request.agent, AgentId{});
  EXPECT_EQ(request.principal, "user:3");
  EXPECT_EQ(std::get<core::SetEmergency>(request.body).queue, QueueId{"repairs"});
  EXPECT_TRUE(std::get<core::SetEmergency>(request.body).on);
  for (const char* args : {R"({"queue":"repairs"})", R"({"queue":"repairs","on":1})", R"({"on":true})"}) {
    leader.send(std::string(R"({"type":"cmd","id":"e2","name":"emergency","args":)") + args + "}");
    EXPECT_EQ(text(frame(leader)["problem"].as_object(), "code"), "bad_request") << args << ": nothing is taken as meant";
  }
}

TEST_F(PageSocket, PointsThatAreNoneOrTooManyAreRefusedByField) {
  start();
  PageWire leader = joined(sign_in("maria"));
  for (const char* points : {"0", "100001", "-100001", "1.5", "\"5\""}) {
    leader.send(std::string(R"({"type":"cmd","id":"c","name":"raise","args":{"contact":"9","points":)") + points + "}}");
    auto nack = frame(leader);
    EXPECT_EQ(text(nack["problem"].as_object(), "code"), "bad_request") << points;
    EXPECT_EQ(text(nack["problem"].at("errors").as_array().at(0).as_object(), "field"), "points");
  }
}

TEST_F(PageSocket, ASupervisorSignsAnAgentOutWhichNobodyDoesByAState) {
  start();
  PageWire leader = joined(sign_in("maria"));
  leader.send(R"({"type":"cmd","id":"d","name":"force_state","args":{"agent":"a1002","state":"signed_out"}})");
  EXPECT_EQ(std::get<core::SetState>(wait_request<core::SetState>().body).state, journal::AgentState::signed_out);
  PageWire agent = joined(sign_in("sofia"));
  agent.send(R"({"type":"cmd","id":"c","name":"set_state","args":{"state":"signed_out"}})");
  EXPECT_EQ(text(frame(agent)["problem"].as_object(), "code"), "bad_request");
}

TEST_F(PageSocket, TopicsGiveTheListAndThenOnlyTheLastValueOfWhatChanged) {
  DeskOptions options;
  options.topic_period = milliseconds(10);
  start(options);
  PageWire wire = joined(sign_in("maria"));
  wire.send(R"({"type":"sub","topics":["agents"]})");
  auto begin = frame(wire);
  EXPECT_EQ(text(begin, "part"), "begin");
  auto item = frame(wire);
  EXPECT_EQ(text(item, "part"), "item");
  EXPECT_EQ(item["data"].as_array().size(), 2U);
  auto end = frame(wire);
  EXPECT_EQ(text(end, "part"), "end");
  const std::int64_t seq = end["topic_seq"].as_int64();
  on_loop([&] { desk_->views({agent_view("a1001", 2), agent_view("a1001", 3), agent_view("a1001", 4)}); });
  auto update = frame(wire);
  EXPECT_EQ(text(update, "part"), "update");
  ASSERT_EQ(update["data"].as_array().size(), 1U);
  EXPECT_EQ(update["data"].at(0).at("rev").as_int64(), 4);
  EXPECT_EQ(update["topic_seq"].as_int64(), seq + 1);
}

TEST_F(PageSocket, AnAgentFollowsTheQueuesHeServesAndNoOthers) {
  DeskOptions options;
  options.topic_period = milliseconds(10);
  start(options);
  core::AgentView sofia = agent_view("a1001", 2);
  sofia.queues = {QueueId{"repairs"}};
  show(sofia);
  PageWire wire = joined(sign_in("sofia"));
  const std::string sub = R"({"type":"sub","topics":["own_queues"]})";
  EXPECT_EQ(faults_of_text(sub, "page_frame"), std::vector<std::string>{});
  wire.send(sub);
  const auto begin = frame(wire);
  EXPECT_EQ(text(begin, "topic"), "own_queues");
  auto item = frame(wire);
  ASSERT_EQ(item["data"].as_array().size(), 1U);
  EXPECT_EQ(item["data"].at(0).at("queue"), "repairs");
  const std::int64_t seq = frame(wire)["topic_seq"].as_int64();
  on_loop([&] { desk_->views({queue_view("gold", 2, 9), queue_view("repairs", 2, 3), queue_view("repairs", 3, 4)}); });
  auto update = frame(wire);
  EXPECT_EQ(text(update, "part"), "update");
  EXPECT_EQ(update["topic_seq"].as_int64(), seq + 1);
  ASSERT_EQ(update["data"].as_array().size(), 1U);
  EXPECT_EQ(update["data"].at(0).at("waiting").as_int64(), 4) << "the last value wins";
}

TEST_F(PageSocket, AnAgentWhoServesOtherQueuesNowGetsANewList) {
  DeskOptions options;
  options.topic_period = milliseconds(10);
  start(options);
  core::AgentView sofia = agent_view("a1001", 2);
  sofia.queues = {QueueId{"repairs"}};
  on_loop([&] { desk_->views({sofia, queue_view("gold", 2, 9)}); });
  PageWire wire = joined(sign_in("sofia"));
  wire.send(R"({"type":"sub","topics":["own_queues"]})");
  while (text(frame(wire), "part") != "end") continue;
  sofia.rev = 3;
  sofia.queues = {QueueId{"gold"}};
  show(sofia);
  EXPECT_EQ(text(frame(wire), "kind"), "agent");
  EXPECT_EQ(text(frame(wire), "part"), "begin");
  auto item = frame(wire);
  ASSERT_EQ(item["data"].as_array().size(), 1U);
  EXPECT_EQ(item["data"].at(0).at("queue"), "gold");
  EXPECT_EQ(text(frame(wire), "part"), "end");
}

TEST_F(PageSocket, OwnQueuesAreForAgents) {
  start();
  PageWire leader = joined(sign_in("maria"));
  leader.send(R"({"type":"sub","topics":["own_queues"]})");
  EXPECT_EQ(close_code(leader), 4403);
}

TEST_F(PageSocket, APopSaysWhatSpokeForItsAgentAndLaterListsDoNot) {
  start();
  PageWire sofia = joined(sign_in("sofia"));
  on_loop([&] { desk_->views({contact_view(77, 1, "a1001", 900), decision_view(7, 77, "a1001")}); });  // the decision comes last
  auto pop = frame(sofia);
  EXPECT_EQ(text(pop, "kind"), "reserved");
  const auto& why = pop["data"].at("why").as_object();
  EXPECT_EQ(text(why, "agent"), "a1001");
  EXPECT_EQ(why.at("decision").as_int64(), 7);
  EXPECT_EQ(why.at("score").as_int64(), 90'000);
  ASSERT_EQ(why.at("terms").as_array().size(), 2U);
  EXPECT_EQ(why.at("terms").at(0).at("skill"), "english");
  sofia.send(R"({"type":"resync"})");
  EXPECT_EQ(frame(sofia)["state"].at("contacts").at(0).at("why").at("decision").as_int64(), 7) << "a page that comes back has it too";
  PageWire leader = joined(sign_in("maria"));
  leader.send(R"({"type":"sub","topics":["contacts"]})");
  frame(leader);
  EXPECT_TRUE(frame(leader)["data"].at(0).at("why").is_null());
}

TEST_F(PageSocket, APageIsNeverLeftInSilence) {
  DeskOptions options;
  options.silence = milliseconds(10);
  start(options);
  PageWire wire = joined(sign_in("sofia"));
  auto first = any_frame(wire);
  EXPECT_EQ(text(first, "type"), "tick");
  auto second = any_frame(wire);
  EXPECT_EQ(text(second, "type"), "tick");
  EXPECT_GE(second["ts"].as_int64() - first["ts"].as_int64(), 10'000);
}

TEST_F(PageSocket, LongListsGoInPartsOfAtMost64KiB) {
  start();
  std::vector<core::View> many;
  for (int i = 1; i <= 600; ++i) many.emplace_back(contact_view(i, 1));
  on_loop([&] { desk_->views(std::move(many)); });
  PageWire wire = joined(sign_in("maria"));
  wire.send(R"({"type":"sub","topics":["contacts"]})");
  std::size_t items = 0;
  std::size_t parts = 0;
  for (auto part = frame(wire); text(part, "part") != "end"; part = frame(wire)) {
    ASSERT_EQ(text(part, "type"), "topic");
    items += part["data"].as_array().size();
    ++parts;
  }
  EXPECT_EQ(items, 600U);
  EXPECT_GT(parts, 3U);
}

TEST_F(PageSocket, ResyncGivesASnapshotAtThePresentSeq) {
  start();
  PageWire wire = joined(sign_in("sofia"));
  show(agent_view("a1001", 2));
  frame(wire);
  wire.send(R"({"type":"resync"})");
  auto snapshot = frame(wire);
  EXPECT_EQ(text(snapshot, "type"), "snapshot");
  EXPECT_EQ(snapshot["seq"].as_int64(), 1);
}

TEST_F(PageSocket, NamesFromOutsideStayText) {
  start();
  PageWire wire = joined(sign_in("sofia"));
  core::ContactView view = contact_view(77, 1, "a1001", 900);
  const std::string name = std::string("<script>alert(1)</script>\r\n\"\\ ") + '\0' + "\xF0\x9F\x98\x80" + "\xFF" + std::string(10'000, 'A');
  view.caller_name = name;
  show(view);
  const Message raw = wire.receive();
  EXPECT_EQ(raw.text.find('<'), std::string::npos);
  EXPECT_EQ(raw.text.find('\n'), std::string::npos);
  const auto parsed = boost::json::parse(raw.text);
  std::string expected = name;
  expected.replace(expected.find('\xFF'), 1, "\xEF\xBF\xBD");
  EXPECT_EQ(std::string(parsed.at("data").at("caller_name").as_string()), expected);
}

TEST_F(PageSocket, DrainSaysByeWithATimeToComeBack) {
  start();
  PageWire wire = joined(sign_in("sofia"));
  wait_request<core::SignIn>();
  on_loop([&] { desk_->drain(milliseconds(400)); });
  auto bye = frame(wire);
  EXPECT_EQ(text(bye, "type"), "bye");
  EXPECT_EQ(bye["code"].as_int64(), 1012);
  EXPECT_GE(bye["retry_after_ms"].as_int64(), 400);
  EXPECT_LE(bye["retry_after_ms"].as_int64(), 800);
  EXPECT_EQ(close_code(wire), 1012);
}

}  // namespace
}  // namespace callwright::desktop::tests
