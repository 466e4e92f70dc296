#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "base/id.hpp"
#include "base/instant.hpp"
#include "journal/centre.hpp"
#include "journal/fact.hpp"
#include "sim/what_if/day.hpp"

namespace callwright::sim::what_if {

/// The server's own routing, in numbers instead of names: the one place that knows `routing::Engine`.
///
/// What the engine concludes is collected as notices; the owner takes them after each step. Instants never go back.
class Floor {
 public:
  /// Everybody signed out, no switch: every agent can get every contact. The centre must outlive the floor. `attributes_of`: what rules may ask of
  /// a contact, as long as it waits.
  Floor(const journal::Centre& centre, std::function<const Attributes&(ContactId)> attributes_of);
  ~Floor();

  struct Notice {
    enum class Kind : std::uint8_t { offered, offer_over, state, released };
    Kind kind{};
    std::uint32_t agent = 0;
    ContactId contact;            ///< for offers, and for `released`: no queue keeps him
    journal::AgentState state{};  ///< for `state`
    bool no_answer = false;       ///< for `state`: not ready since he did not answer
  };
  std::vector<Notice>& notices() { return notices_; }

  void agent_comes(std::uint32_t agent, Instant now);
  /// After the call at hand; a phone that rings is taken from him.
  void agent_goes(std::uint32_t agent, Instant now);

  /// `place`: his place in the queue, usually `now`.
  void enter(ContactId contact, std::uint32_t queue, Instant place, Instant now);
  void give_up(ContactId contact, Instant now);
  void answered(ContactId contact, std::uint32_t agent, Instant now);
  void talk_over(ContactId contact, std::uint32_t agent, Instant now);

  /// Ends what is due (offers, wrap-ups, exclusions).
  void expire(Instant now);
  /// Sends on whom his queue sends on now (overflow, nobody there), and offers until no pair that passes every gate is left.
  void match(Instant now);
  std::optional<Instant> next_due() const;

 private:
  struct Engine;
  std::vector<Notice> notices_;
  std::unique_ptr<Engine> engine_;
};

}  // namespace callwright::sim::what_if
