#include "sim/step_digest.hpp"

#include "cti/feed/codec.hpp"
#include "journal/wire/fact_codec.hpp"

namespace callwright::sim {

void add_step(Digest& trace, const core::Output& output) {
  for (const auto& fact : output.facts) {
    const auto encoded = journal::wire::encode(fact.body);
    trace.add(fact.seq).add(fact.at.us).add(fact.contact.value);
    trace.add(fact.source.name).add(fact.source.id).add(fact.ordinal);
    trace.add(encoded.kind).add(encoded.body).add(encoded.secret);
  }
  for (const auto& command : output.commands) {
    trace.add(command.switch_id.value).add(static_cast<std::int64_t>(command.body.index()));
    const auto sent = cti::feed::outgoing(command);
    trace.add(sent ? cti::feed::encode(cti::feed::ServerMessage{*sent}) : sent.error().text());
  }
}

}  // namespace callwright::sim
