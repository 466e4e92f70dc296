#include "cti/model/turn.hpp"

namespace callwright::cti::model {

void Model::on(const SwitchEvent& event, Instant now, IdMint& mint, journal::FactSink& sink) {
  Turn(*this, event.switch_id, now, mint, sink).run(event);
}

void Model::open_caller(const SwitchId& switch_id, const std::string& native_id, Instant now, IdMint& mint, journal::FactSink& sink) {
  Turn(*this, switch_id, now, mint, sink).open_caller(native_id);
}

void Turn::run(const SwitchEvent& event) {
  std::visit([&](const auto& body) { take(body); }, event.body);
  if (hearing_.in_step) hearing_.heard_at = now_;
}

}  // namespace callwright::cti::model
