// What routing may know of a contact when it enters a queue (docs/expressions.md).
#include "core/state.hpp"
#include "journal/attribute_words.hpp"

namespace callwright::core {

routing::About Core::State::about(const ContactEntry& entry) const {
  routing::About about;
  about.hears = hears(entry);
  about.channel = entry.opened.channel;
  const auto add = [&](std::string name, std::string text) {
    if (!text.empty()) about.attributes.emplace_back(std::move(name), std::move(text));
  };
  add("channel", word_of(entry.opened.channel));
  add("switch", entry.opened.switch_id.value);
  add("trunk", entry.opened.trunk);
  add("entry", entry.route ? entry.route->entry : std::string());
  add("match", word_of(entry.match.match));
  add("caller", entry.match.e164);
  if (const cti::model::Contact* contact = model.contact(entry.id))
    for (const auto& [key, value] : contact->data) {
      // An empty text is there, as docs/expressions.md has it.
      about.attributes.emplace_back("data." + journal::attribute_part(key), value);
      if (key == "agent" && agent_of(AgentId{value})) about.named_agent = AgentId{value};
    }
  if (const Callback* owed = callbacks.find(entry.id); owed && owed->begun) tell_of(*owed, about);
  if (entry.match.customer) {
    about.attributes.insert(about.attributes.end(), entry.traits.attributes.begin(), entry.traits.attributes.end());
    about.last_agent = entry.traits.last_agent;
  }
  return about;
}

/// Its visit is the callback's.
void Core::State::tell_of(const Callback& owed, routing::About& about) {
  about.callback = owed.asked.callback;
  if (!owed.asked.agent) return;
  about.named_agent = owed.asked.agent;
  about.named_hold = owed.asked.hold;
}

}  // namespace callwright::core
