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
  /// What rules and favours may ask of a contact.
  struct Asked {
    const Attributes* attributes = nullptr;  ///< `data.agent` names an agent too
    std::optional<std::uint32_t> last_agent;
  };
  /// Everybody signed out, every switch up. The centre must outlive the floor. `asked_of`: of a contact, as long as it waits.
  Floor(const journal::Centre& centre, std::function<Asked(ContactId)> asked_of);
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
  /// Not ready, after the call at hand.
  void agent_pauses(std::uint32_t agent, Instant now);
  /// After the call at hand; a phone that rings is taken from him.
  void agent_goes(std::uint32_t agent, Instant now);

  /// `place`: his place in the queue, usually `now`. `on`: the switch where his call is; empty: every agent can get him.
  void enter(ContactId contact, std::uint32_t queue, const SwitchId& on, Instant place, Instant now);
  void give_up(ContactId contact, Instant now);
  /// The agent declines what his phone rings for.
  void refuse(std::uint32_t agent, Instant now);
  /// None if his queue had not estimated his wait.
  std::optional<EstimatedWait> answered(ContactId contact, std::uint32_t agent, Instant now);
  void talk_over(ContactId contact, std::uint32_t agent, Instant now);
  /// Extends a wrap-up that began now until it lasts so long, as often as the agent may.
  void extend_wrap_up(std::uint32_t agent, Duration length, Instant now);
  void end_wrap_up(std::uint32_t agent, Instant now);

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

/// What queues ask of an agent for a contact when it enters.
class Wishes {
 public:
  /// The centre must outlive it.
  explicit Wishes(const journal::Centre& centre);
  ~Wishes();
  std::vector<journal::Requirement> of(std::uint32_t queue, const Attributes& attributes);

 private:
  struct Engine;
  std::unique_ptr<Engine> engine_;
};

}  // namespace callwright::sim::what_if
