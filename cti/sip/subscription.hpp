#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/instant.hpp"
#include "cti/sip/flow.hpp"
#include "cti/sip/message.hpp"
#include "cti/sip/settings.hpp"
#include "cti/sip/transactions.hpp"

namespace callwright::cti::sip {

/// One subscription to an event package of a device (RFC 6665), from the first SUBSCRIBE on, for ever: what ends it is tried again after a pause.
///
///     waiting ─due▶ asking ─2xx▶ active ─due▶ asking (in the same dialog) ─...
///        ▲            │ 401, 407: once more with the password · 423: with the interval it wants · 481: anew at once
///        └── pause ◀──┴─ anything else, a time-out, NOTIFY `terminated`
///
/// The pause doubles from kFirstPause to kLastPause with each failure in a row; Retry-After and `retry-after` are obeyed up to an hour; 489 (the
/// server does not know the package) waits an hour. Pure.
class Subscription {
 public:
  static constexpr Duration kFirstPause = std::chrono::seconds(5);
  static constexpr Duration kLastPause = std::chrono::minutes(10);
  static constexpr Duration kLongPause = std::chrono::hours(1);

  enum class State : std::uint8_t { waiting, asking, active };
  /// What a NOTIFY is to be answered, and whether its body counts.
  struct Notice {
    std::int32_t status = 200;
    const char* phrase = "OK";
    bool counts = false;
    bool over = false;  ///< it ended the subscription
  };

  /// The first SUBSCRIBE is due at `first`.
  Subscription(const Settings& settings, Transactions& transactions, Uri device, std::string package, std::string type, Instant first);
  Subscription(Subscription&&) = default;

  void wake(Instant now, Transactions::Effects& effects);
  std::optional<Instant> due() const { return due_; }
  /// Of its transaction alone.
  void answered(const Message& response, Instant now, Transactions::Effects& effects);
  void unanswered(Instant now);
  Notice notified(const Message& notify, Instant now);
  /// The state is not complete: asks for the whole of it with a SUBSCRIBE in the dialog.
  void ask_again(Instant now, Transactions::Effects& effects);
  /// Says that we need it no more, if anybody listens.
  void end(Instant now, Transactions::Effects& effects);

  Transactions::Id transaction() const { return transaction_; }
  const std::string& call_id() const { return call_id_; }
  const std::string& package() const { return package_; }
  State state() const { return state_; }
  /// The server takes it: its notices can be believed until it is over.
  bool holds() const { return holds_; }
  const std::string& trouble() const { return trouble_; }  ///< why it does not hold

 private:
  void begin(Instant now, Transactions::Effects& effects);
  void ask(std::uint32_t expires, Instant now, Transactions::Effects& effects);
  void fail(std::string why, Duration least, Instant now);
  void anew(std::string why, Instant now);
  bool answer_challenge(const Message& response, Instant now, Transactions::Effects& effects);
  Flow flow() const;

  const Settings* settings_;
  Transactions* transactions_;
  const Uri device_;
  const std::string package_, type_;
  State state_ = State::waiting;
  bool holds_ = false;
  std::optional<Instant> due_;
  Instant refresh_at_;
  std::int32_t failures_ = 0;
  std::string trouble_;
  Transactions::Id transaction_ = 0;
  bool noticed_ = false;  ///< in this dialog
  // The dialog.
  std::string call_id_, tag_, remote_tag_, target_;
  std::vector<Address> routes_;
  std::uint32_t cseq_ = 0, wanted_ = 0;
  std::optional<std::uint32_t> remote_cseq_;
  // The password.
  std::optional<Word> credentials_;
  bool proxy_ = false;
  std::int32_t challenges_ = 0;  ///< in a row
};

}  // namespace callwright::cti::sip
