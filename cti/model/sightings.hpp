#pragma once
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "cti/model/switch_event.hpp"
#include "journal/fact.hpp"

namespace callwright::cti::model {

/// A leg may go from one state to the other: forward, and between connected and held.
bool follows(journal::LegState from, journal::LegState to);

/// One live leg as its switch describes it, whether or not it belongs to a contact.
struct Sighting {
  LegCreated made;
  journal::LegState state = journal::LegState::initiated;
  std::string bridge;   ///< the connected set it is in; empty: none
  std::string pair;     ///< native id of the other half of its Local channel
  LegId leg;            ///< the contact's leg, 0 if it belongs to none
  bool let_go = false;  ///< its contact ended before it did: it concludes nothing more, unless it asks for a route again
  bool orphan = false;  ///< carries an offer of a contact that has ended
  std::optional<std::string> asks;  ///< of a Local half: the entry that it asked for, until it leads to one alone, whose request it is
};

/// What one switch shows and what concludes nothing by itself: which legs share a bridge, the halves of Local channels,
/// legs of nobody's contact, lately ended ids. Facts do not hold it; a fold builds what it can, the snapshot that follows
/// each restart and gap brings the rest. So it is no part of the model's digest.
class Sightings {
 public:
  static constexpr std::size_t kLegLimit = 100'000;       ///< live legs of one switch; more are not looked at
  static constexpr std::size_t kRememberedEnds = 16'384;  ///< ended ids that are still known as ended

  Sighting* find(const std::string& native_id);
  const Sighting* find(const std::string& native_id) const;
  bool full() const { return legs_.size() >= kLegLimit; }
  bool has_ended(const std::string& native_id) const {
    auto past = ended_.find(native_id);
    return past != ended_.end() && past->second == Past::ended;
  }
  /// It left our hands and may live on: only a route request makes it a contact again.
  bool has_left(const std::string& native_id) const {
    auto past = ended_.find(native_id);
    return past != ended_.end() && past->second == Past::left;
  }
  bool device_in_use(const std::string& device) const { return devices_.contains(device); }
  const std::set<std::string>& on_device(const std::string& device) const;  ///< native ids
  const std::map<std::string, Sighting>& legs() const { return legs_; }

  Sighting& add(const LegCreated& made, journal::LegState state);
  /// Takes over what a later description of the same leg adds. False: it adds nothing.
  bool learn(Sighting& sighting, const LegCreated& later);
  void enter(Sighting& sighting, const std::string& bridge);
  void leave(Sighting& sighting);
  void pair(Sighting& one, Sighting& two);
  void unpair(Sighting& sighting);
  enum class Past : std::uint8_t {
    ended,  ///< a late repetition of its events must not bring it back
    left,   ///< handed on by the switch: it may ask for a route again
    forgotten,
  };
  /// It is gone, and is remembered so.
  void end(const std::string& native_id, Past past);
  /// The switch was restarted: its ids may come again.
  void forget_ends();

  std::set<std::string> members(const std::string& bridge) const;
  /// Every leg with a talk path to this one, itself included: bridges are sets, the halves of a pair are one wire.
  std::vector<std::string> component(const std::string& native_id) const;

 private:
  void put_on_device(const Sighting& sighting);
  void take_off_device(const Sighting& sighting);

  std::map<std::string, Sighting> legs_;
  std::map<std::string, std::set<std::string>> bridges_;
  std::map<std::string, std::set<std::string>> devices_;
  std::map<std::string, Past> ended_;
  std::deque<std::string> ended_order_;
};

}  // namespace callwright::cti::model
