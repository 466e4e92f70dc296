#pragma once
#include <string>
#include <vector>

#include "tests/unit/cti_asterisk/bench_switch.hpp"

/// The call that most tests of the machine begin with: its texts, one by one, and as a whole.
namespace callwright::cti::asterisk::test {

inline const std::string kCaller = "lab-1.1";
inline const std::string kAgent = "cw-7-8-3";

inline std::string start_of_caller(const std::string& id = kCaller) {
  return event_json("StasisStart", R"("args":["4000"],"channel":)" + channel_json(id, "PJSIP/trunk-00000001", "Ring", "callwright,4000"));
}
inline std::string seen(const std::string& id, const std::string& state) {
  return event_json("ChannelStateChange",
                    R"("channel":)" + channel_json(id, id == kCaller ? "PJSIP/trunk-00000001" : "PJSIP/agent1-00000002", state));
}
inline std::string start_of_agent() {
  return event_json("StasisStart",
                    R"("args":["agent","7","8","3"],"channel":)" + channel_json(kAgent, "PJSIP/agent1-00000002", "Up", "callwright,agent,7,8,3"));
}
inline std::string bridge_event(const std::string& type, const std::string& id, const std::string& bridge, const std::string& kind,
                                const std::vector<std::string>& left) {
  return event_json(type, R"("channel":)" + channel_json(id, id == kCaller ? "PJSIP/trunk-00000001" : "PJSIP/agent1-00000002", "Up") +
                              R"(,"bridge":)" + bridge_json(bridge, kind, left));
}
inline std::string destroyed(const std::string& id, int cause) {
  return event_json("ChannelDestroyed",
                    R"("cause":)" + std::to_string(cause) + R"(,"cause_txt":"why","channel":)" + channel_json(id, "PJSIP/agent1-00000002", "Down"));
}

/// A caller and an agent who talk.
inline void talk(Bench& bench) {
  bench.live();
  bench.text(start_of_caller());
  bench.text(seen(kCaller, "Up"));
  bench.command(model::Ring{"PJSIP/agent1", kCaller, "4930111", "Customer", OfferId{8}, std::chrono::seconds(20)});
  bench.text(seen(kAgent, "Ringing"));
  bench.text(seen(kAgent, "Up"));
  bench.text(start_of_agent());
  bench.command(model::Bridge{kCaller, kAgent});
  bench.text(bridge_event("ChannelEnteredBridge", kCaller, "cw-7-t3-0", "mixing", {kCaller}));
  bench.text(bridge_event("ChannelEnteredBridge", kAgent, "cw-7-t3-0", "mixing", {kCaller, kAgent}));
  bench.forget();
}

}  // namespace callwright::cti::asterisk::test
