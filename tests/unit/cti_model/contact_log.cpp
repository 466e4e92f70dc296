#include "contact_log.hpp"

#include <map>
#include <sstream>

#include "base/overloaded.hpp"
#include "switchboard.hpp"

namespace callwright::cti::model {

namespace {

using namespace journal;

struct LegRow {
  std::string native_id;
  bool hidden = false;
  std::ostringstream text;
};
struct ContactRow {
  std::string name;
  std::string opened;
  std::string answered = "unanswered";
  std::map<std::string, std::string> data;
  std::string told;  ///< diversions, recordings, transfers, mergers, in their order
  std::string consults_about;
  std::vector<LegId> legs;
  int calls_started = 0;
  int calls_ended = 0;
  std::string ended = "open";
};

std::string moment(Instant at) { return "@" + std::to_string((at - kStart).count()); }

template <class Transfer>
std::string line(const std::string& what, const Transfer& transfer, const std::string& at, std::map<LegId, LegRow>& legs) {
  return "  transfer " + std::to_string(static_cast<int>(transfer.how)) + " " + what + " of " + legs[transfer.transferee].native_id + " by " +
         legs[transfer.transferor].native_id + " to " + transfer.to + at + "\n";
}

}  // namespace

std::string contact_log(const std::vector<Fact>& facts) {
  std::map<ContactId, ContactRow> contacts;
  std::map<LegId, LegRow> legs;
  for (const Fact& fact : facts) {
    ContactRow& row = contacts[fact.contact];
    const std::string at = moment(fact.at);
    std::visit(Overloaded{
                   [&](const ContactOpened& opened) {
                     row.opened = at + " by " + std::to_string(static_cast<int>(opened.by)) + " dir " + std::to_string(static_cast<int>(opened.direction)) + " " +
                                  opened.trunk + " " + opened.ani + " -> " + opened.dnis;
                   },
                   [&](const LegStarted& leg) {
                     LegRow& started = legs[leg.leg];
                     started.native_id = leg.native_id;
                     started.hidden = leg.role == LegRole::hidden;
                     started.text << leg.native_id << " " << leg.device << " role " << static_cast<int>(leg.role) << " agent " << leg.agent.value << " offer "
                                  << leg.offer.value << " start" << at << " state " << static_cast<int>(leg.state);
                     row.legs.push_back(leg.leg);
                     if (leg.role == LegRole::customer && row.name.empty()) row.name = leg.native_id;
                   },
                   [&](const LegStateChanged& change) { legs[change.leg].text << " state " << static_cast<int>(change.state) << at; },
                   [&](const LegJoined& joined) { legs[joined.leg].text << " joined" << at; },
                   [&](const LegLeft& left) { legs[left.leg].text << " left" << at; },
                   [&](const LegReplaced& replaced) { legs[replaced.old_leg].text << " replaced by " << legs[replaced.new_leg].native_id << at; },
                   [&](const RouteRequested& request) { legs[request.leg].text << " asks for " << request.entry << at; },
                   [&](const LegEnded& ended) {
                     legs[ended.leg].text << " ended " << static_cast<int>(ended.cause) << "/" << ended.raw_code << at;
                     if (ended.lost_to != Instant{}) legs[ended.leg].text << " between " << moment(ended.lost_from) << " and " << moment(ended.lost_to);
                   },
                   [&](const ContactAnswered& answered) { row.answered = "answered by " + answered.agent.value + " on " + legs[answered.agent_leg].native_id + at; },
                   [&](const DataAttached& data) { row.data[data.key] = data.value + at; },
                   [&](const journal::CallDiverted& diverted) {
                     legs[diverted.leg].text << " diverted " << static_cast<int>(diverted.reason) << " from " << diverted.from << " to " << diverted.to << at;
                   },
                   [&](const journal::RecordingChanged& change) { row.told += "  recording " + change.recording + " " + std::to_string(static_cast<int>(change.state)) + at + "\n"; },
                   [&](const journal::ConsultMarked& mark) { row.consults_about = ", consults about " + contacts[mark.of].name + at; },
                   [&](const journal::CallsMerged&) { row.told += "  calls merged" + at + "\n"; },
                   [&](const journal::TransferStarted& transfer) { row.told += line("started", transfer, at, legs); },
                   [&](const journal::TransferCompleted& transfer) { row.told += line("completed", transfer, at, legs); },
                   [&](const journal::TransferFailed& transfer) {
                     row.told += line("failed " + std::to_string(static_cast<int>(transfer.cause)) + "/" + std::to_string(transfer.raw_code), transfer, at, legs);
                   },
                   [&](const CallStarted&) { ++row.calls_started; },
                   [&](const CallEnded&) { ++row.calls_ended; },
                   [&](const ContactEnded&) { row.ended = "ended" + at; },
                   [](const auto&) {},
               },
               fact.body);
  }

  std::map<std::string, std::string> log;
  for (const auto& [id, row] : contacts) {
    if (!id) continue;
    std::ostringstream text;
    text << "contact " << row.name << " " << row.opened << ", " << row.answered << ", calls " << row.calls_ended << "/" << row.calls_started << ", " << row.ended << row.consults_about << "\n"
         << row.told;
    for (const auto& [key, value] : row.data) text << "  data " << key << "=" << value << "\n";
    std::multimap<std::string, std::string> leg_texts;
    for (LegId leg : row.legs)
      if (!legs[leg].hidden) leg_texts.emplace(legs[leg].native_id, legs[leg].text.str());
    for (const auto& [native_id, leg] : leg_texts) text << "  " << leg << "\n";
    log[row.name] += text.str();
  }
  std::string all;
  for (const auto& [name, text] : log) all += text;
  return all;
}

}  // namespace callwright::cti::model
