#include "cti/asterisk/plan.hpp"

#include <algorithm>
#include <iterator>
#include <type_traits>
#include <utility>

#include "base/e164.hpp"
#include "cti/asterisk/error.hpp"
#include "cti/asterisk/names.hpp"
#include "cti/model/cause.hpp"

namespace callwright::cti::asterisk {
namespace {

using Steps = std::vector<Step>;
using Ids = std::vector<std::string>;
using Kind = Step::Kind;

constexpr std::size_t kMediaLimit = 64;  ///< of one Play

/// Collects steps until one of them is refused.
class Plan {
 public:
  Plan& add(Kind kind, Result<Request> request, Ids channels = {}) {
    if (!request) {
      if (!error_.code) error_ = request.error();
    } else {
      steps_.push_back({kind, std::move(*request), std::move(channels)});
    }
    return *this;
  }
  Result<Steps> done() {
    if (error_.code) return std::unexpected(std::move(error_));
    return std::move(steps_);
  }

 private:
  Steps steps_;
  Error error_;
};

void wait_with_music(Plan& plan, const std::string& bridge, const std::string& channel, Kind move) {
  plan.add(Kind::make_bridge, request::create_holding(bridge))
      .add(move, request::add_channels(bridge, Ids{channel}), {channel})
      .add(Kind::music, request::play_music(bridge));
}

Result<Steps> steps_of(const model::Park& park, const model::Command& command, const Settings&, const Channels&) {
  Plan plan;
  plan.add(Kind::act, request::answer(park.native_id), {park.native_id});
  wait_with_music(plan, wait_bridge(command.contact, command.epoch, command.id.seq), park.native_id, Kind::join);
  return plan.done();
}

Result<Steps> steps_of(const model::Ring& ring, const model::Command& command, const Settings& settings, const Channels&) {
  Originate originate;
  originate.channel_id = link::leg_name({command.contact, ring.offer, command.epoch});
  originate.endpoint = ring.device;
  originate.app = settings.app;
  originate.originator = ring.caller_native_id;
  originate.shown_number = ring.shown_number;
  originate.shown_name = ring.shown_name;
  originate.contact = command.contact;
  originate.offer = ring.offer;
  originate.epoch = command.epoch;
  originate.timeout = ring.timeout;
  Plan plan;
  plan.add(Kind::ring, request::originate(originate), {originate.channel_id});
  return plan.done();
}

Result<Steps> steps_of(const model::Dial& dial, const model::Command& command, const Settings& settings, const Channels&) {
  if (dial.device.empty()) return fail(errc::unsupported, "dial");
  if (!is_e164(dial.to) || (!dial.shown_number.empty() && !is_e164(dial.shown_number))) return fail(errc::refused_value, "number");
  Originate originate;
  originate.channel_id = link::customer_leg_name(command.contact, command.epoch, command.id.seq);
  originate.endpoint = filled(dial.device, dial.to);
  originate.app = settings.app;
  originate.shown_number = dial.shown_number;
  originate.contact = command.contact;
  originate.epoch = command.epoch;
  originate.timeout = dial.timeout;
  Plan plan;
  plan.add(Kind::ring, request::originate(originate), {originate.channel_id});
  return plan.done();
}

/// Brings both into the talk bridge of the contact in which one of them stands, or into a new one. Who is there already
/// stays: entering again would be heard, and told as leaving.
Result<Steps> join(const model::Command& command, const std::string& customer, const std::string& agent, const Channels& channels) {
  const std::string customers = channels.on_hold(customer) ? std::string() : channels.talk_bridge_of(customer);
  const std::string agents = channels.talk_bridge_of(agent);
  const auto is_ours = [&](const std::string& bridge) {
    const auto own = own_bridge(bridge);
    return own && own->talk && own->contact == command.contact;
  };
  const bool fresh = !is_ours(agents) && !is_ours(customers);
  const std::string bridge = is_ours(agents) ? agents : fresh ? talk_bridge(command.contact, command.epoch, command.id.seq) : customers;
  Ids entering;
  if (customers != bridge) entering.push_back(customer);
  if (agents != bridge) entering.push_back(agent);
  if (entering.empty()) return Steps{};
  Plan plan;
  if (fresh) plan.add(Kind::make_bridge, request::create_mixing(bridge));
  return plan.add(Kind::join, request::add_channels(bridge, entering), entering).done();
}

Result<Steps> steps_of(const model::Bridge& both, const model::Command& command, const Settings&, const Channels& channels) {
  return join(command, both.customer_native_id, both.agent_native_id, channels);
}

Result<Steps> steps_of(const model::Hold& hold, const model::Command& command, const Settings&, const Channels&) {
  Plan plan;
  wait_with_music(plan, hold_bridge(command.contact, command.epoch, command.id.seq), hold.customer_native_id, Kind::hold);
  return plan.done();
}

Result<Steps> steps_of(const model::Retrieve& retrieve, const model::Command& command, const Settings&, const Channels& channels) {
  return join(command, retrieve.customer_native_id, retrieve.agent_native_id, channels);
}

Result<Steps> steps_of(const model::End& end, const model::Command&, const Settings&, const Channels&) {
  return Plan().add(Kind::act, request::hang_up(end.native_id, model::q850_of(end.cause)), {end.native_id}).done();
}

Result<Steps> steps_of(const model::Release& release, const model::Command&, const Settings& settings, const Channels&) {
  return Plan().add(Kind::act, request::continue_at(release.native_id, settings.fallback_context, "s"), {release.native_id}).done();
}

Result<Steps> steps_of(const model::Dtmf& dtmf, const model::Command&, const Settings&, const Channels&) {
  return Plan().add(Kind::act, request::dtmf(dtmf.native_id, dtmf.digits), {dtmf.native_id}).done();
}

std::vector<Media> media_of(const model::Prompt& prompt) {
  const auto whole = [](Duration duration) { return std::chrono::ceil<std::chrono::minutes>(duration).count(); };
  switch (prompt.what) {
    case model::Prompt::What::media: return {{.sound = prompt.media}};
    case model::Prompt::What::number: return {{.number = prompt.number}};
    case model::Prompt::What::position:
      if (prompt.number == 1) return {{.sound = "queue-youarenext"}};
      return {{.sound = "queue-thereare"}, {.number = prompt.number}, {.sound = "queue-callswaiting"}};
    case model::Prompt::What::wait:
      if (const auto minutes = whole(prompt.duration); minutes > 1) return {{.sound = "queue-holdtime"}, {.number = minutes}, {.sound = "queue-minutes"}};
      return {{.sound = "queue-holdtime"}, {.sound = "queue-less-than"}, {.number = 2}, {.sound = "queue-minutes"}};
  }
  return {};
}

Result<Steps> steps_of(const model::Play& play, const model::Command& command, Playbacks& playbacks) {
  std::vector<Media> all;
  for (const model::Prompt& prompt : play.prompts)
    for (Media& media : media_of(prompt)) all.push_back(std::move(media));
  if (all.empty() || all.size() > kMediaLimit) return fail(errc::refused_value, "prompts");
  for (const Media& media : all)  // before anything is taken down as playing
    if (auto request = request::play(play.native_id, "p", media, play.language); !request) return std::unexpected(request.error());
  Plan plan;
  const std::vector<std::string> ids = playbacks.begin(play, command, all.size());
  for (std::size_t i = 0; i < all.size(); ++i)
    plan.add(Kind::play, request::play(play.native_id, ids[i], all[i], play.language), {play.native_id, ids[i]});
  return plan.done();
}

/// Whose playbacks a command ends; empty: nobody's.
std::string silenced(const model::CommandBody& body) {
  if (const auto* bridge = std::get_if<model::Bridge>(&body)) return bridge->customer_native_id;
  if (const auto* release = std::get_if<model::Release>(&body)) return release->native_id;
  if (const auto* play = std::get_if<model::Play>(&body)) return play->native_id;
  return {};
}

Result<Steps> steps_of(const model::Answer&, const model::Command&, const Settings&, const Channels&) { return fail(errc::unsupported, "answer"); }

}  // namespace

std::string filled(std::string dial, const std::string& number) {
  for (const auto& [mark, value] : {std::pair<std::string, std::string>{"{number}", number}, {"{digits}", number.substr(1)}})
    for (std::size_t at = dial.find(mark); at != dial.npos; at = dial.find(mark, at + value.size())) dial.replace(at, mark.size(), value);
  return dial;
}

Result<std::vector<Step>> plan(const model::Command& command, const Settings& settings, const Channels& channels, Playbacks& playbacks) {
  if (!command.contact) return fail(errc::refused_value, "no contact");
  Plan stop;
  for (const std::string& id : playbacks.stop(silenced(command.body))) stop.add(Kind::stop, request::stop_playback(id), {id});
  auto steps = std::visit(
      [&](const auto& body) {
        if constexpr (std::is_same_v<std::decay_t<decltype(body)>, model::Play>) return steps_of(body, command, playbacks);
        else return steps_of(body, command, settings, channels);
      },
      command.body);
  if (!steps) return steps;
  Steps all = stop.done().value_or(Steps{});
  std::ranges::move(*steps, std::back_inserter(all));
  return all;
}

}  // namespace callwright::cti::asterisk
