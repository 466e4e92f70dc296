// What pages and machines see of queues, contacts and agents whose switch decides, and how they are refused.
#include <gmock/gmock.h>

#include "tests/unit/agent_desktop_api/desk_fixture.hpp"

namespace callwright::desktop::tests {
namespace {

class ObservedDesk : public DeskTest {
 protected:
  /// The core says that its switch decides whatever is asked.
  void refuse_all() {
    core_ = [](const core::Request& request) -> std::optional<core::Reply> {
      if (!request.session) return std::nullopt;
      return core::Reply{request.session, request.id, fail(core::Errc::observed, "support"), {}};
    };
  }
  static core::ContactView offered_by_its_switch() {
    core::ContactView view = contact_view(77, 2, "a1001", 901);
    view.observed = true;
    view.offers = {{OfferId{901}, AgentId{"a1001"}, Instant{1'000}, Instant{}, 0, false}};
    return view;
  }
};

TEST_F(ObservedDesk, ItsOfferIsAPopWithoutAnEndADecisionOrAReasonWhy) {
  start();
  const Person sofia = sign_in("sofia");
  PageWire wire = page(sofia);
  hello(wire);
  EXPECT_EQ(text(frame(wire), "type"), "snapshot");
  show(offered_by_its_switch());
  const auto pop = frame(wire);
  EXPECT_EQ(text(pop, "kind"), "reserved");
  const auto& data = pop.at("data").as_object();
  EXPECT_TRUE(data.at("observed").as_bool());
  EXPECT_TRUE(data.at("why").is_null());
  const auto& offer = data.at("offers").as_array().at(0).as_object();
  EXPECT_TRUE(offer.at("expires_at").is_null());
  EXPECT_EQ(offer.at("decision").as_int64(), 0);
  EXPECT_FALSE(offer.at("can_answer").as_bool());
  wire.send(R"({"type":"seen","seq":1})");
  show(contact_view(78, 1, "a1002", 902));  // for whom nobody has a page: told at once
  EXPECT_EQ(popped(), std::vector<OfferId>{OfferId{902}}) << "its phone rings whether the page shows it or not: nothing waits for that";
}

TEST_F(ObservedDesk, AnAgentsViewSaysThatHisSwitchDecides) {
  start();
  const Person sofia = sign_in("sofia");
  PageWire wire = page(sofia);
  hello(wire);
  frame(wire);
  core::AgentView view = agent_view("a1001", 2);
  view.observed = true;
  view.state = journal::AgentState::not_ready;
  view.reason = "Mittagspause";
  show(view);
  const auto event = frame(wire);
  EXPECT_EQ(text(event, "kind"), "agent");
  EXPECT_TRUE(event.at("data").as_object().at("observed").as_bool());
  EXPECT_EQ(text(event.at("data").as_object(), "reason"), "Mittagspause");
}

TEST_F(ObservedDesk, AChangeOfStateIsRefusedWithACodeOfItsOwn) {
  start();
  refuse_all();
  const Person sofia = sign_in("sofia");
  PageWire wire = page(sofia);
  hello(wire);
  frame(wire);
  wire.send(R"({"type":"cmd","id":"s1","name":"set_state","args":{"state":"ready"}})");
  const auto nack = frame(wire);
  EXPECT_EQ(text(nack, "type"), "nack");
  const auto& problem = nack.at("problem").as_object();
  EXPECT_EQ(text(problem, "code"), "observed");
  EXPECT_EQ(problem.at("status").as_int64(), 409);
  EXPECT_FALSE(problem.at("retryable").as_bool());
}

TEST_F(ObservedDesk, SupervisorsAndMachinesAreRefusedTheSameWay) {
  start();
  refuse_all();
  const Person maria = sign_in("maria");
  PageWire wire = page(maria);
  hello(wire);
  frame(wire);
  for (const std::string command : {R"("name":"force_state","args":{"agent":"a1001","state":"ready"})", R"("name":"raise","args":{"contact":"77","points":5})",
                                    R"("name":"park","args":{"contact":"77"})", R"("name":"pull","args":{"contact":"77","agent":"a1001"})",
                                    R"("name":"move","args":{"contact":"77","queue":"repairs"})", R"("name":"emergency","args":{"queue":"repairs","on":true})"}) {
    wire.send(R"({"type":"cmd","id":"c-)" + std::to_string(command.size()) + "\"," + command + "}");
    EXPECT_EQ(text(frame(wire).at("problem").as_object(), "code"), "observed") << command;
  }
  const Answer emergency = ask("PUT", "/api/v1/queues/repairs/emergency", maria.headers(origin()), R"({"on":true})");
  EXPECT_EQ(emergency.status, 409);
  EXPECT_THAT(emergency.body, testing::HasSubstr("\"observed\""));
  const Answer opened = ask("POST", "/api/v1/contacts", maria.headers(origin()), R"({"channel":"chat","queue":"repairs"})");
  EXPECT_EQ(opened.status, 409);
  const Answer callback = ask("POST", "/api/v1/callbacks", maria.headers(origin()), R"({"queue":"repairs","number":"+441632960001"})");
  EXPECT_EQ(callback.status, 409);
}

}  // namespace
}  // namespace callwright::desktop::tests
