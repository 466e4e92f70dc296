#include "cti/sip/caller.hpp"

#include "cti/sip/codec.hpp"
#include "cti/sip/grammar.hpp"
#include "cti/sip/writing.hpp"

namespace callwright::cti::sip {
namespace {

constexpr std::size_t kDataBytes = 256;  ///< of one attached value

bool is_anonymous(const Address& address) {
  return grammar::same(address.uri.host, "anonymous.invalid") || grammar::same(address.uri.user, "anonymous");
}

}  // namespace

Caller read_caller(const Message& invite, const Flow& from, bool believed, const Settings& settings) {
  Caller caller;
  caller.entry = user_of(invite.target);
  caller.contact_user = invite.target.scheme == "tel" ? invite.target.rest.substr(0, invite.target.rest.find(';')) : invite.target.user;
  caller.call_id = invite.call_id;
  const Address& who = believed && !invite.asserted.empty() ? invite.asserted.front() : invite.from;
  model::LegCreated& leg = caller.leg;
  leg.device = "sip:" + from.host;
  leg.device_class = model::DeviceClass::trunk;
  leg.direction = journal::Direction::inbound;
  if (!is_anonymous(who)) {
    leg.ani = user_of(who.uri);
    leg.caller_name = who.display.empty() && !is_anonymous(invite.from) ? shown(invite.from.display) : shown(who.display);
  }
  leg.dnis = caller.entry;
  if (!invite.diversions.empty()) leg.redirecting = user_of(invite.diversions.front().uri);  // the last one who sent him on stands first (RFC 5806)
  for (const std::string& name : settings.data_headers)
    for (const Header& header : invite.others)
      if (grammar::same(header.name, name) && !header.value.empty() && header.value.size() <= kDataBytes) {
        caller.data.emplace_back(grammar::lower(name), header.value);
        break;
      }
  return caller;
}

std::string queued_phrase(const Caller& caller) {
  std::string phrase = "Queued";
  if (caller.position > 0) phrase += ", position " + std::to_string(caller.position);
  if (caller.wait > Duration{}) phrase += ", about " + std::to_string(std::chrono::ceil<std::chrono::minutes>(caller.wait).count()) + " min";
  return phrase;
}

}  // namespace callwright::cti::sip
