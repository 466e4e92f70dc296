#include "sim/step_digest.hpp"

#include <gtest/gtest.h>

namespace callwright::sim {
namespace {

std::uint64_t trace_of(const core::Output& output) {
  Digest trace;
  add_step(trace, output);
  return trace.value();
}

core::Output with_fact(journal::Body body) {
  core::Output output;
  journal::Fact& fact = output.facts.emplace_back();
  fact.seq = 1;
  fact.body = std::move(body);
  return output;
}

core::Output with_command(cti::model::CommandBody body) {
  core::Output output;
  cti::model::Command& command = output.commands.emplace_back();
  command.switch_id = SwitchId{"north"};
  command.body = std::move(body);
  return output;
}

TEST(StepDigest, FactsThatDifferInOneValueGiveAnotherTrace) {
  journal::AgentStateChanged ann, bob;
  ann.agent = AgentId{"ann"};
  bob.agent = AgentId{"bob"};
  EXPECT_EQ(trace_of(with_fact(ann)), trace_of(with_fact(ann)));
  EXPECT_NE(trace_of(with_fact(ann)), trace_of(with_fact(bob)));
  journal::NoteWritten one, other;
  one.text = "will call back";
  other.text = "will not call back";
  EXPECT_NE(trace_of(with_fact(one)), trace_of(with_fact(other)));
}

TEST(StepDigest, CommandsThatDifferInOneValueGiveAnotherTrace) {
  EXPECT_EQ(trace_of(with_command(cti::model::Park{"in-1"})), trace_of(with_command(cti::model::Park{"in-1"})));
  EXPECT_NE(trace_of(with_command(cti::model::Park{"in-1"})), trace_of(with_command(cti::model::Park{"in-2"})));
}

TEST(StepDigest, ACommandThatMayNotLeaveIsInTheTraceToo) {
  EXPECT_NE(trace_of(with_command(cti::model::Park{"a\nb"})), trace_of(with_command(cti::model::Answer{"a\nb"})));
  EXPECT_NE(trace_of(with_command(cti::model::Park{"a\nb"})), trace_of({}));
}

}  // namespace
}  // namespace callwright::sim
