// What we ask of the switch, to the wire and back; in what form it may leave, and what a switch must declare for it.
#include <algorithm>
#include <utility>

#include "base/e164.hpp"
#include "base/overloaded.hpp"
#include "callwright/feed/v1/feed.pb.h"
#include "cti/feed/codec.hpp"
#include "cti/feed/codec_parts.hpp"
#include "cti/feed/text.hpp"

namespace callwright::cti::feed {

namespace wire = ::callwright::feed::v1;

namespace {

constexpr std::size_t kPromptLimit = 64;

void put(const model::Prompt& from, wire::Prompt& to) {
  switch (from.what) {
    case model::Prompt::What::media: return to.set_media(from.media);
    case model::Prompt::What::number: return to.set_number(from.number);
    case model::Prompt::What::position: return to.set_position(from.number);
    case model::Prompt::What::wait: return to.set_wait_ms(from.duration.count() / 1000);
  }
}

model::Prompt get(const wire::Prompt& from, Checks& check) {
  using enum model::Prompt::What;
  switch (from.what_case()) {
    case wire::Prompt::kMedia: return {.what = media, .media = check.id("play.prompts.media", from.media())};
    case wire::Prompt::kNumber: return {.what = number, .number = check.not_negative("play.prompts.number", from.number())};
    case wire::Prompt::kPosition: return {.what = position, .number = check.positive("play.prompts.position", from.position())};
    case wire::Prompt::kWaitMs:
      return {.what = wait,
              .duration = std::chrono::milliseconds(std::min<std::int64_t>(check.positive("play.prompts.wait_ms", from.wait_ms()), 86'400'000))};
    case wire::Prompt::WHAT_NOT_SET: check.broken("play.prompts"); break;
  }
  return {};
}

model::Play get(const wire::Play& from, Checks& check) {
  model::Play play{.native_id = check.id("play.native_id", from.native_id()),
                   .language = check.text("play.language", from.language()),
                   .urgent = from.urgent()};
  if (from.prompts_size() < 1 || from.prompts_size() > static_cast<int>(kPromptLimit)) check.broken("play.prompts");
  else
    for (const wire::Prompt& prompt : from.prompts()) play.prompts.push_back(get(prompt, check));
  return play;
}

}  // namespace

void put(const model::CommandBody& from, wire::Command& to) {
  std::visit(Overloaded{
                 [&](const model::Park& c) { to.mutable_park()->set_native_id(c.native_id); },
                 [&](const model::Ring& c) {
                   wire::Ring& ring = *to.mutable_ring();
                   ring.set_device(c.device);
                   ring.set_caller_native_id(c.caller_native_id);
                   ring.set_shown_number(c.shown_number);
                   ring.set_shown_name(c.shown_name);
                   ring.set_offer(c.offer.value);
                   ring.set_timeout_ms(c.timeout.count() / 1000);
                 },
                 [&](const model::Answer& c) { to.mutable_answer()->set_native_id(c.native_id); },
                 [&](const model::Bridge& c) {
                   to.mutable_bridge()->set_customer_native_id(c.customer_native_id);
                   to.mutable_bridge()->set_agent_native_id(c.agent_native_id);
                 },
                 [&](const model::Hold& c) {
                   to.mutable_hold()->set_customer_native_id(c.customer_native_id);
                   to.mutable_hold()->set_agent_native_id(c.agent_native_id);
                 },
                 [&](const model::Retrieve& c) {
                   to.mutable_retrieve()->set_customer_native_id(c.customer_native_id);
                   to.mutable_retrieve()->set_agent_native_id(c.agent_native_id);
                 },
                 [&](const model::End& c) {
                   to.mutable_end()->set_native_id(c.native_id);
                   to.mutable_end()->set_cause(static_cast<wire::Cause>(c.cause));
                 },
                 [&](const model::Release& c) { to.mutable_release()->set_native_id(c.native_id); },
                 [&](const model::Dtmf& c) {
                   to.mutable_dtmf()->set_native_id(c.native_id);
                   to.mutable_dtmf()->set_digits(c.digits);
                 },
                 [&](const model::Play& c) {
                   wire::Play& play = *to.mutable_play();
                   play.set_native_id(c.native_id);
                   for (const model::Prompt& prompt : c.prompts) put(prompt, *play.add_prompts());
                   play.set_language(c.language);
                   play.set_urgent(c.urgent);
                 },
                 [&](const model::Dial& c) {
                   wire::Dial& dial = *to.mutable_dial();
                   dial.set_device(c.device);
                   dial.set_to(c.to);
                   dial.set_shown_number(c.shown_number);
                   dial.set_timeout_ms(c.timeout.count() / 1000);
                 },
             },
             from);
}

std::optional<model::CommandBody> get(const wire::Command& from, Checks& check) {
  switch (from.body_case()) {
    case wire::Command::kPark: return model::Park{check.id("park.native_id", from.park().native_id())};
    case wire::Command::kRing:
      return model::Ring{
          .device = check.id("ring.device", from.ring().device()),
          .caller_native_id = check.optional_id("ring.caller_native_id", from.ring().caller_native_id()),
          .shown_number = check.text("ring.shown_number", from.ring().shown_number()),
          .shown_name = check.text("ring.shown_name", from.ring().shown_name()),
          .offer = OfferId{check.not_negative("ring.offer", from.ring().offer())},
          .timeout = std::chrono::milliseconds(std::min<std::int64_t>(check.positive("ring.timeout_ms", from.ring().timeout_ms()), 86'400'000))};
    case wire::Command::kAnswer: return model::Answer{check.id("answer.native_id", from.answer().native_id())};
    case wire::Command::kBridge:
      return model::Bridge{check.id("bridge.customer_native_id", from.bridge().customer_native_id()),
                           check.id("bridge.agent_native_id", from.bridge().agent_native_id())};
    case wire::Command::kHold:
      return model::Hold{check.id("hold.customer_native_id", from.hold().customer_native_id()),
                         check.id("hold.agent_native_id", from.hold().agent_native_id())};
    case wire::Command::kRetrieve:
      return model::Retrieve{check.id("retrieve.customer_native_id", from.retrieve().customer_native_id()),
                             check.id("retrieve.agent_native_id", from.retrieve().agent_native_id())};
    case wire::Command::kEnd: return model::End{check.id("end.native_id", from.end().native_id()), cause_of(from.end().cause())};
    case wire::Command::kRelease: return model::Release{check.id("release.native_id", from.release().native_id())};
    case wire::Command::kDtmf: return model::Dtmf{check.id("dtmf.native_id", from.dtmf().native_id()), check.id("dtmf.digits", from.dtmf().digits())};
    case wire::Command::kPlay: return get(from.play(), check);
    case wire::Command::kDial:
      return model::Dial{
          .device = check.optional_id("dial.device", from.dial().device()),
          .to = check.id("dial.to", from.dial().to()),
          .shown_number = check.text("dial.shown_number", from.dial().shown_number()),
          .timeout = std::chrono::milliseconds(std::min<std::int64_t>(check.positive("dial.timeout_ms", from.dial().timeout_ms()), 86'400'000))};
    default: return std::nullopt;  // declared in the protocol, or of a later one: we do not execute it
  }
}

Result<CommandMessage> outgoing(const model::Command& command) {
  CommandMessage message{.id = command.id, .deadline = command.deadline, .contact = command.contact, .epoch = command.epoch, .body = command.body};
  std::string_view broken;
  const auto leg = [&](std::string_view field, const std::string& value) {
    if (broken.empty() && !is_wire_id(value)) broken = field;
  };
  std::visit(Overloaded{
                 [&](model::Ring& c) {
                   if (!c.caller_native_id.empty()) leg("caller_native_id", c.caller_native_id);
                   if (broken.empty() && !name_value("device", c.device)) broken = "device";
                   if (broken.empty() && c.timeout < std::chrono::milliseconds(1)) broken = "timeout";
                   c.shown_number = shown_value(c.shown_number);
                   c.shown_name = shown_value(c.shown_name);
                 },
                 [&](model::Dial& c) {
                   if (!is_e164(c.to)) broken = "to";
                   if (broken.empty() && !c.device.empty() && !name_value("device", c.device)) broken = "device";
                   if (broken.empty() && !c.shown_number.empty() && !is_e164(c.shown_number)) broken = "shown_number";
                   if (broken.empty() && c.timeout < std::chrono::milliseconds(1)) broken = "timeout";
                 },
                 [&](const model::Dtmf& c) {
                   leg("native_id", c.native_id);
                   if (broken.empty() && !dtmf_value(c.digits)) broken = "digits";
                 },
                 [&](model::Play& c) {
                   leg("native_id", c.native_id);
                   if (broken.empty() && (c.prompts.empty() || c.prompts.size() > kPromptLimit)) broken = "prompts";
                   for (const model::Prompt& prompt : c.prompts)
                     if (broken.empty() && prompt.what == model::Prompt::What::media && !name_value("media", prompt.media)) broken = "media";
                   if (broken.empty() && !c.language.empty() && !name_value("language", c.language)) broken = "language";
                 },
                 [&](const auto& c) {
                   if constexpr (requires { c.native_id; }) {
                     leg("native_id", c.native_id);
                   } else {
                     leg("customer_native_id", c.customer_native_id);
                     leg("agent_native_id", c.agent_native_id);
                   }
                 },
             },
             *message.body);
  if (!broken.empty()) return fail(Errc::refused_value, std::string(broken));
  return message;
}

std::string_view capability_of(const model::CommandBody& body) {
  return std::visit(Overloaded{
                        [](const model::Park&) { return "park"; },
                        [](const model::Ring&) { return "ring"; },
                        [](const model::Answer&) { return "answer"; },
                        [](const model::Bridge&) { return "bridge"; },
                        [](const model::Hold&) { return "hold"; },
                        [](const model::Retrieve&) { return "retrieve"; },
                        [](const model::End&) { return "end"; },
                        [](const model::Release&) { return "release"; },
                        [](const model::Dtmf&) { return "dtmf"; },
                        [](const model::Play&) { return "play"; },
                        [](const model::Dial&) { return "dial"; },
                    },
                    body);
}

model::Capabilities capabilities_of(const std::vector<std::string>& declared) {
  const auto all = [&](auto... names) { return (... && (std::find(declared.begin(), declared.end(), names) != declared.end())); };
  return {
      .observe = true, .control = all("hold", "retrieve", "end", "dtmf"), .route = all("park", "ring", "bridge", "release"), .answer = all("answer"),
      .play = all("play"), .dial = all("dial")};
}

}  // namespace callwright::cti::feed
