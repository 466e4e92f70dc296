#pragma once
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "core/views/request.hpp"
#include "journal/fact.hpp"

namespace callwright::sim {

/// What anybody was told is safe, across the lives of the server: facts that the group commit called committed, facts behind an
/// event that the switch was allowed to forget, facts behind a request that was answered. All of it must stand in the journal,
/// once and unchanged, whatever happened in between.
///
/// A full spool may drop whole contacts, counted (`may_drop`): then that many facts of that many contacts may be missing, and of
/// such a contact nothing may be there, but for the states of its agents.
class Promises {
 public:
  /// A fact that left the core in this life.
  void concluded(const journal::Fact& fact);
  /// Every fact up to `seq` was called committed.
  void committed(std::int64_t seq);
  /// The facts `first`..`last` of this life were acknowledged to whoever caused them.
  void acknowledged(std::int64_t first, std::int64_t last);
  /// Whoever asked was told that his request is done, or that it was done at first, about this contact: what a person wrote and the contact that
  /// another system opened are in the journal then, whatever a full spool dropped.
  void answered(const core::Request& request, ContactId contact);
  /// The process is gone: what was not promised will never be heard of.
  void died();
  /// What the spool of the life at hand has dropped so far.
  void may_drop(std::int64_t contacts, std::int64_t facts);

  bool dropped_any() const { return lost_facts_ + life_facts_ > 0; }

  /// Reads the journal fact by fact, then says what is wrong with it; empty if nothing.
  class Reading {
   public:
    void take(const journal::Fact& fact);

   private:
    friend class Promises;
    struct Mark {
      std::int64_t seq = 0;
      std::int64_t at = 0;
      std::int64_t contact = 0;
      int kind = 0;
      std::string source, id;
      std::int32_t ordinal = 0;
      int life = 0;
      bool same(const Mark& other) const {
        return std::tie(seq, at, contact, kind, source, id, ordinal) == std::tie(other.seq, other.at, other.contact, other.kind, other.source, other.id, other.ordinal);
      }
    };
    static Mark mark_of(const journal::Fact& fact);
    std::map<std::int64_t, Mark> facts_;
    std::set<std::tuple<std::string, std::string, std::int32_t>> sources_;
    struct Act {
      int times = 0;
      std::int64_t contact = 0;
    };
    std::map<std::pair<std::string, std::string>, Act> acts_;  ///< by principal and request id: notes, dispositions, contacts that a request opened
    std::string broken_;
  };
  std::string check(const Reading& journal) const;

 private:
  using Mark = Reading::Mark;
  void promise(const Mark& mark);

  std::map<std::int64_t, Mark> concluded_;  ///< of this life, not yet committed
  std::map<std::int64_t, Mark> recent_;     ///< of this life
  std::map<std::int64_t, Mark> promised_;
  std::map<std::pair<std::string, std::string>, std::int64_t> answered_;  ///< by principal and request id: about which contact
  int life_ = 1;
  std::int64_t lost_contacts_ = 0, lost_facts_ = 0;  ///< of earlier lives
  std::int64_t life_contacts_ = 0, life_facts_ = 0;
  std::string broken_;
};

}  // namespace callwright::sim
