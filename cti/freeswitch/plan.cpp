#include "cti/freeswitch/plan.hpp"

#include <utility>

#include "base/e164.hpp"
#include "cti/freeswitch/error.hpp"
#include "cti/freeswitch/request.hpp"
#include "cti/link/names.hpp"

namespace callwright::cti::freeswitch {
namespace {

using Steps = std::vector<Step>;
using Texts = Result<std::string>;

/// Collects steps until one of them is refused.
class Plan {
 public:
  Plan& add(Texts text, const std::string& channel, Step::Kind kind = Step::Kind::act, std::string job = {}) {
    if (text) steps_.push_back({kind, std::move(*text), channel, std::move(job)});
    else if (!error_.code) error_ = text.error();
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

struct Planner {
  const model::Command& command;
  const Settings& settings;
  const Channels& channels;

  Result<Steps> originate(Originate leg) const {
    leg.contact = command.contact;
    leg.epoch = command.epoch;
    leg.job = job_name(command.id, command.epoch);
    return Plan().add(request::originate(leg), leg.uuid, Step::Kind::ring, leg.job).done();
  }

  Result<Steps> operator()(const model::Park& park) const {
    Plan plan;
    plan.add(request::answer(park.native_id), park.native_id);
    if (!channels.plays_music(park.native_id)) plan.add(request::music(park.native_id, settings.music), park.native_id);
    return plan.done();
  }
  Result<Steps> operator()(const model::Ring& ring) const {
    Originate leg;
    leg.uuid = link::leg_name({command.contact, ring.offer, command.epoch});
    leg.device = ring.device;
    leg.shown_number = ring.shown_number;
    leg.shown_name = ring.shown_name;
    leg.offer = ring.offer;
    leg.timeout = ring.timeout;
    return originate(std::move(leg));
  }
  Result<Steps> operator()(const model::Dial& dial) const {
    if (dial.device.empty()) return fail(errc::unsupported, "dial");
    if (!is_e164(dial.to) || (!dial.shown_number.empty() && !is_e164(dial.shown_number))) return fail(errc::refused_value, "number");
    Originate leg;
    leg.uuid = link::customer_leg_name(command.contact, command.epoch, command.id.seq);
    leg.device = filled(dial.device, dial.to);
    leg.shown_number = dial.shown_number;
    leg.timeout = dial.timeout;
    return originate(std::move(leg));
  }
  Result<Steps> operator()(const model::Bridge& both) const {
    return Plan().add(request::bridge(both.customer_native_id, both.agent_native_id), both.agent_native_id).done();
  }
  Result<Steps> operator()(const model::Hold& held) const { return Plan().add(request::hold(held.agent_native_id), held.agent_native_id).done(); }
  Result<Steps> operator()(const model::Retrieve& held) const {
    return Plan().add(request::retrieve(held.agent_native_id), held.agent_native_id).done();
  }
  Result<Steps> operator()(const model::End& end) const { return Plan().add(request::kill(end.native_id, end.cause), end.native_id).done(); }
  Result<Steps> operator()(const model::Release& release) const {
    return Plan()
        .add(request::forget_entry(release.native_id), release.native_id)
        .add(request::transfer(release.native_id, settings.fallback_extension, settings.fallback_context), release.native_id, Step::Kind::release)
        .done();
  }
  Result<Steps> operator()(const model::Dtmf& dtmf) const { return Plan().add(request::dtmf(dtmf.native_id, dtmf.digits), dtmf.native_id).done(); }
  Result<Steps> operator()(const model::Answer&) const { return fail(errc::unsupported, "answer"); }
  Result<Steps> operator()(const model::Play&) const { return fail(errc::unsupported, "play"); }
};

}  // namespace

std::string filled(std::string dial, const std::string& number) {
  for (const auto& [mark, value] : {std::pair<std::string, std::string>{"{number}", number}, {"{digits}", number.substr(1)}})
    for (std::size_t at = dial.find(mark); at != dial.npos; at = dial.find(mark, at + value.size())) dial.replace(at, mark.size(), value);
  return dial;
}

Result<std::vector<Step>> plan(const model::Command& command, const Settings& settings, const Channels& channels) {
  if (!command.contact) return fail(errc::refused_value, "no contact");
  return std::visit(Planner{command, settings, channels}, command.body);
}

}  // namespace callwright::cti::freeswitch
