// What callers are told while they wait, and the messages of treatments.
#include <algorithm>
#include <iterator>

#include "core/state.hpp"

namespace callwright::core {

using journal::Treatment, journal::TreatedFor;
namespace model = cti::model;

namespace {

constexpr std::size_t kLanguageLimit = 16;

/// "zh", "zh-CN", "pt_BR". What is none says nothing.
bool is_language(std::string_view text) {
  const auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_'; };
  return text.size() >= 2 && text.size() <= kLanguageLimit && std::ranges::all_of(text, fits);
}

model::Prompt prompt_of(const routing::Spoken& spoken) {
  switch (spoken.what) {
    case journal::Say::What::position: return {.what = model::Prompt::What::position, .number = spoken.position};
    case journal::Say::What::estimate: return {.what = model::Prompt::What::wait, .duration = spoken.estimate};
    case journal::Say::What::media: break;
  }
  return {.what = model::Prompt::What::media, .media = spoken.media};
}

}  // namespace

const Treatment* Core::State::treatment_of(const QueueId& queue, TreatedFor why) const {
  const journal::Queue* rules = queue_of(queue);
  if (!rules) return nullptr;
  switch (why) {
    case TreatedFor::closed: return &rules->closed;
    case TreatedFor::no_agents: return &rules->no_agents;
    case TreatedFor::emergency: return &rules->emergency;
  }
  return nullptr;
}

/// What the switch attached to the call comes before what the record knows of the customer; empty: the switch's own.
std::string Core::State::language_of(const ContactEntry& entry) const {
  if (const model::Contact* contact = model.contact(entry.id))
    for (const auto& [key, value] : contact->data)
      if (const std::string part = journal::attribute_part(key); (part == "lang" || part == "language") && is_language(value)) return value;
  if (entry.match.customer)
    for (const auto& [name, value] : entry.traits.attributes)
      if (name == "customer.lang" && is_language(value)) return value;
  return {};
}

/// His switch can play something to him, and hears us.
bool Core::State::hears(const ContactEntry& entry) const {
  const model::Leg* customer = model.customer_leg(entry.id);
  return customer && able(customer->switch_id).play;
}

void Core::State::announce_due() {
  for (const auto& beat : engine.take_announcements(now)) {
    const auto waiting = engine.waiting(beat.contact);
    const journal::Queue* rules = waiting ? queue_of(waiting->queue) : nullptr;
    if (!rules || beat.announcement >= rules->announcements.size()) continue;
    const auto& what = rules->announcements[beat.announcement].what;
    auto& all = to_tell[beat.contact];
    all.insert(all.end(), what.begin(), what.end());
  }
}

/// Says what is to be said in this step: to each caller one thing after the other, and nothing to whom a phone rings for.
void Core::State::speak() {
  for (ContactId id : std::exchange(greeted, {}))
    if (const auto waiting = engine.waiting(id))
      if (const journal::Queue* rules = queue_of(waiting->queue); rules && !rules->greeting.empty()) {
        auto& all = to_tell[id];
        all.insert(all.begin(), rules->greeting.begin(), rules->greeting.end());
      }
  for (const auto& [id, what] : std::exchange(to_tell, {})) {
    const auto waiting = engine.waiting(id);
    const ContactEntry* entry = ledger.find(id);
    if (!waiting || waiting->offer || waiting->treated || !entry || !hears(*entry)) continue;
    const SwitchId on = model.customer_leg(id)->switch_id;
    if (!model.in_step(on)) continue;
    model::Play play{.native_id = model.customer_leg(id)->native_id, .language = language_of(*entry)};
    std::ranges::transform(engine.tell(id, what, now, *this), std::back_inserter(play.prompts), prompt_of);
    if (!play.prompts.empty()) command(on, id, std::move(play));
  }
}

/// Its message is played now, whatever else plays; if nobody can, what follows the message follows at once.
void Core::State::on_treated(ContactId contact, const journal::VisitTreated& treated) {
  const auto waiting = engine.waiting(contact);
  if (!waiting || !waiting->treated) return;  // hung up on without a message
  const ContactEntry* entry = ledger.find(contact);
  const Treatment* treatment = treatment_of(waiting->queue, treated.why);
  if (!entry || !treatment || treatment->message.empty() || !hears(*entry)) return engine.hear_out(contact, *this);
  const model::Leg* customer = model.customer_leg(contact);
  command(customer->switch_id, contact,
          model::Play{.native_id = customer->native_id,
                      .prompts = {{.what = model::Prompt::What::media, .media = treatment->message}},
                      .language = language_of(*entry),
                      .urgent = true});
  messages[contact] = out.commands.back().id;
}

/// Its message was asked for in this very step.
bool Core::State::message_begins(ContactId contact) const {
  const auto message = messages.find(contact);
  return message != messages.end() && std::ranges::any_of(out.commands, [&](const model::Command& one) { return one.id == message->second; });
}

void Core::State::take_end_of(const model::PlaybackEnded& ended, const SwitchId& on) {
  const model::Leg* leg = model.leg_of(on, ended.native_id);
  const auto message = leg && ended.epoch == epoch ? messages.find(leg->contact) : messages.end();
  if (message == messages.end() || message->second != ended.command) return;  // an announcement: nothing waits for its end
  const ContactId contact = message->first;
  messages.erase(message);
  engine.hear_out(contact, *this);
}

/// A queue's word about a contact that it does not take: back to the switch's fallback, or hung up on.
void Core::State::turn_away(ContactId contact, const journal::VisitEnded& visit) {
  const ContactEntry* entry = ledger.find(contact);
  const journal::VisitTreated* last = nullptr;
  if (entry)
    for (const journal::Fact& fact : entry->facts)
      if (const auto* treated = std::get_if<journal::VisitTreated>(&fact.body); treated && treated->visit == visit.visit) last = treated;
  const Treatment* treatment = last ? treatment_of(visit.queue, last->why) : nullptr;
  const model::Leg* customer = model.customer_leg(contact);
  if (!treatment || treatment->action != Treatment::Action::hang_up || !customer) return release_caller(contact);
  switch (treatment->cause) {
    case Treatment::HangUp::normal: return hang_up(*customer, journal::Cause::normal);
    case Treatment::HangUp::busy: return hang_up(*customer, journal::Cause::busy);
    case Treatment::HangUp::congestion: return hang_up(*customer, journal::Cause::congestion);
  }
}

}  // namespace callwright::core
