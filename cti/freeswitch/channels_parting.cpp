// What becomes of whom a phone has left: he ends too, talks to somebody else, waits with us, or the dialplan leads him on. Until that is known the
// phone's end is not told, because with the last phone's end the core takes a caller for left alone and hangs up on him.
#include <charconv>
#include <utility>

#include "base/utf8.hpp"
#include "cti/freeswitch/channels.hpp"

namespace callwright::cti::freeswitch {
namespace {

constexpr std::chrono::seconds kFresh{5};  ///< an older transfer is another one, of which we did not hear

}  // namespace

bool Channels::is_made_up(std::string_view id) { return id.ends_with(kHalf); }

/// `Caller-Transfer-Source` is `EPOCH:UUID:bl_xfer:1002/default/XML`, and stays for ever.
void Channels::note_transfer(Leg& leg, const Event& event) {
  const std::string_view source = event[Field::TransferSource];
  if (source.empty() || std::exchange(leg.transfer_source, std::string(source)) == source) return;
  std::int64_t seconds = 0;
  std::from_chars(source.data(), source.data() + source.size(), seconds);
  const std::size_t second = source.find(':', source.find(':') + 1);
  const Instant at{seconds * 1'000'000};
  if (second == source.npos || event.at() - at > kFresh || at - event.at() > kFresh) return;
  constexpr std::string_view kBlind = "bl_xfer:";
  std::string_view how = source.substr(second + 1);
  if (!how.starts_with(kBlind)) return;
  how.remove_prefix(kBlind.size());
  leg.sent_to = to_utf8(how.substr(0, how.find('/')), 256);
}

/// A phone's end waits while an outside party that talked to it lives on; every other end is told at once.
void Channels::say_goodbye(const std::string& id, Parting parting, Instant now, Effects& effects) {
  settle_partings(id, Became::ended, effects);
  Leg& leg = *find(id);
  const std::string partner = leg.partner.empty() ? leg.last_partner : leg.partner;
  Leg* other = partner.empty() ? nullptr : find(partner);
  const bool was_left = other && other->bridge.empty() && other->last_partner == id;
  const bool waits = other && !other->parting && other->is_outside() && !other->waits && (other->partner == id || was_left);
  leg.parting = std::move(parting);
  if (!waits) return gone(id, effects);
  leg.parting->partner = partner;
  leg.parting->until = now + part_limit_;
  partings_.emplace(leg.parting->until, id);
  const bool blind = leg.parting->transfer && leg.parting->transfer->how == journal::TransferKind::blind;
  if (blind || other->sent_to) hand_on(id, partner, effects);
}

/// It is known now what becomes of `partner`: whoever waited for it is told as gone.
void Channels::settle_partings(const std::string& partner, Became became, Effects& effects) {
  std::vector<std::string> settled;
  for (const auto& [until, id] : partings_)
    if (find(id)->parting->partner == partner) settled.push_back(id);
  for (const std::string& id : settled) {
    if (became == Became::led_on) lead(partner, id, effects);
    if (became == Became::ended) find(id)->parting->transfer.reset();
    gone(id, effects);
  }
}

/// A blind transfer: the dialplan leads `partner` on.
void Channels::hand_on(const std::string& id, const std::string& partner, Effects& effects) {
  part(id, effects);
  Leg& other = *find(partner);
  Parting& parting = *find(id)->parting;
  if (!parting.transfer) parting.transfer = model::Transfer{journal::TransferKind::blind, id, {}, {}, *other.sent_to};
  other.sent_to.reset();
  lead(partner, id, effects);
  gone(id, effects);
}

void Channels::lead(const std::string& id, const std::string& replaced, Effects& effects) {
  Leg& leg = *find(id);
  if (leg.half.empty()) {
    leg.half = id + std::string(kHalf);
    model::LegCreated half;
    half.native_id = leg.half;
    half.device_class = model::DeviceClass::local_half;
    effects.events.push_back(std::move(half));
  }
  effects.events.push_back(model::LegsReplaced{replaced, leg.half});
}

void Channels::end_half(Leg& leg, Effects& effects) {
  if (leg.half.empty()) return;
  effects.events.push_back(model::LegGone{std::exchange(leg.half, {}), journal::Cause::normal, 0, "the dialplan is done", journal::EndedBy::network});
}

void Channels::gone(const std::string& id, Effects& effects) {
  part(id, effects);
  Leg leg = std::move(*find(id));
  legs_.erase(id);
  remember_end(id);
  Parting& parting = *leg.parting;
  partings_.erase({parting.until, id});
  if (parting.transfer) {
    if (parting.transfer->transferee.empty()) parting.transfer->transferee = parting.partner;
    if (!parting.partner.empty()) effects.events.push_back(model::TransferCompleted{std::move(*parting.transfer)});
  }
  effects.events.push_back(std::move(parting.gone));
  end_half(leg, effects);
}

void Channels::remember_end(const std::string& id) {
  if (!ended_.insert(id).second) return;
  ended_order_.push_back(id);
  if (ended_order_.size() <= kRememberedEnds) return;
  ended_.erase(ended_order_.front());
  ended_order_.pop_front();
}

std::optional<Instant> Channels::due() const {
  if (partings_.empty()) return {};
  return partings_.begin()->first;
}

void Channels::wake(Instant now, Effects& effects) {
  while (!partings_.empty() && partings_.begin()->first <= now) {
    const std::string id = partings_.begin()->second;
    const std::string partner = find(id)->parting->partner;
    part(id, effects);
    if (find(partner)) lead(partner, id, effects);
    gone(id, effects);
  }
}

}  // namespace callwright::cti::freeswitch
