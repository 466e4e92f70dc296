#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <variant>
#include <vector>

#include "base/instant.hpp"
#include "cti/sip/flow.hpp"
#include "cti/sip/message.hpp"
#include "cti/sip/writing.hpp"

namespace callwright::cti::sip {

/// Which requests belong together, and how often what is said (RFC 3261, 17): server transactions for INVITE and for the rest, client transactions
/// for all but INVITE, over datagrams and streams.
///
///     INVITE server:  proceeding ─final▶ completed ─ACK▶ confirmed ─timer I▶ over      G repeats the final answer, H gives up on the ACK
///     other server:   trying ─final▶ completed ─timer J▶ over                            a repeated request is given the last answer again
///     client:         trying ─1xx▶ proceeding ─final▶ completed ─timer K▶ over           E repeats the request, F gives up
///
/// (A to D are of INVITE clients and of proxies: there is none here.) CANCEL is answered here, 200 or 481, and told of its INVITE; so is the same
/// request by another way, with 482 (8.2.2.2), and a request beyond `limit`, with 503 and Retry-After, of which nothing is remembered. The answer to
/// an INVITE that is given is never 2xx: nobody here could keep a dialog.
///
/// Pure: `now` comes from outside; `wake` must be called at `next_wake` at the latest. What comes of a call is added to its `Effects`.
class Transactions {
 public:
  using Id = std::uint64_t;
  struct Timers {
    Duration t1 = std::chrono::milliseconds(500);
    Duration t2 = std::chrono::seconds(4);
    Duration t4 = std::chrono::seconds(5);
  };
  static constexpr std::size_t kLimit = 65'536;

  struct Packet {
    Flow to;
    std::string bytes;
    bool operator==(const Packet&) const = default;
  };
  /// A new request: see `request`, and `reply`.
  struct Asked {
    Id id = 0;
  };
  /// An INVITE without a final answer: give it one (487).
  struct Cancelled {
    Id id = 0;
    std::vector<Word> reasons;
  };
  /// Whoever sent the INVITE has our final answer ...
  struct Acknowledged {
    Id id = 0;
  };
  /// ... or may not have it: timer H.
  struct Unacknowledged {
    Id id = 0;
  };
  /// Of a client transaction, each 1xx and the first final one.
  struct Answered {
    Id id = 0;
    Message response;
  };
  /// Timer F, or no way there.
  struct Unanswered {
    Id id = 0;
  };
  using Event = std::variant<Asked, Cancelled, Acknowledged, Unacknowledged, Answered, Unanswered>;
  struct Effects {
    std::vector<Packet> packets;
    std::vector<Event> events;
  };
  struct Counters {
    std::uint64_t repeated_requests = 0;  ///< received again
    std::uint64_t repeats = 0;            ///< sent again by a timer
    std::uint64_t merged = 0;
    std::uint64_t over_limit = 0;
    std::uint64_t strays = 0;    ///< ACKs, CANCELs and responses that belong to nothing
    std::uint64_t timeouts = 0;  ///< timers F and H
  };

  /// `prefix` begins each of our tags and branches and must be new with each start; `seed` makes them hard to guess.
  Transactions(Timers timers, std::string prefix, std::uint64_t seed, std::size_t limit = kLimit);

  /// Notes in the topmost Via where a request came from (18.2.1, RFC 3581), and answers go there.
  void received(Message message, const Flow& from, Instant now, Effects& effects);
  /// The answer to what is no message; nothing is remembered of it.
  void received(const Refusal& refusal, const Flow& from, Effects& effects);

  /// Null: the transaction is over.
  const Message* request(Id id) const;
  const Flow* flow(Id id) const;
  /// Of our answers, also known as the name of the INVITE's caller.
  std::string_view tag(Id id) const;
  /// The beginning of an answer.
  Writing answer(Id id, std::int32_t status, std::string_view phrase) const;
  /// Sends it. False: it has a final answer, or is over; nothing was sent.
  bool reply(Id id, std::int32_t status, std::string bytes, Instant now, Effects& effects);

  /// A new branch, for the Via of a request of ours.
  std::string branch();
  /// A new tag or Call-ID.
  std::string name();
  /// Sends a request of ours, whose topmost Via has `branch`. 0: there are too many transactions.
  Id ask(std::string_view branch, std::string_view method, std::string bytes, const Flow& to, Instant now, Effects& effects);
  /// Forgets a client transaction: nothing more is told of it.
  void abandon(Id id);
  /// What was sent there last did not arrive (18.4).
  void unreachable(const Flow& flow, Effects& effects);

  void wake(Instant now, Effects& effects);
  std::optional<Instant> next_wake() const;
  std::size_t size() const { return all_.size(); }
  const Counters& counters() const { return counters_; }

 private:
  enum class Kind : std::uint8_t { invite_server, server, client };
  enum class State : std::uint8_t { trying, proceeding, completed, confirmed };
  enum class Timer : std::uint8_t { repeat, end };
  struct Transaction {
    Kind kind = Kind::server;
    State state = State::trying;
    Message request;
    Flow flow;
    std::string key, merge_key, tag;
    std::string last;  ///< the last answer, or the request of a client
    bool cancelled = false;
    Duration interval{};  ///< to the next repetition
    std::optional<Instant> repeat_at, end_at;
  };

  void take_request(Message message, const Flow& from, Instant now, Effects& effects);
  void take_ack(const Message& ack, Instant now, Effects& effects);
  void take_cancel(Id cancel, Instant now, Effects& effects);
  void take_response(Message response, Instant now, Effects& effects);
  void send_again(const Transaction& transaction, Effects& effects);
  void refuse(const Message& request, const Flow& from, std::int32_t status, const char* phrase, Effects& effects);
  void arm(Id id, Timer timer, std::optional<Instant> at);
  void finish(Id id, Duration later, Instant now);
  void erase(Id id);
  Transaction* find(Id id);
  const Transaction* find(Id id) const;
  std::uint64_t random();

  const Timers timers_;
  const std::string prefix_;
  const std::size_t limit_;
  std::uint64_t random_, next_id_ = 1, names_ = 0;
  std::unordered_map<Id, Transaction> all_;
  std::unordered_map<std::string, Id> by_key_;    ///< server: 17.2.3; client: branch and method
  std::unordered_map<std::string, Id> by_merge_;  ///< From tag, Call-ID and CSeq of requests outside a dialog
  std::set<std::tuple<Instant, Id, Timer>> due_;
  Counters counters_;
};

}  // namespace callwright::cti::sip
