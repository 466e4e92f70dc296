#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/instant.hpp"
#include "cti/sip/codec_bodies.hpp"
#include "cti/sip/settings.hpp"
#include "cti/sip/subscription.hpp"
#include "cti/sip/transactions.hpp"

namespace callwright::cti::sip {

/// A dialog of a watched device and since when it is there.
struct SeenDialog {
  Dialog dialog;
  Instant since;
};

/// The agents' devices as their servers show them: a subscription to the dialogs of each (RFC 4235), and one to its presence, which adds whether a
/// device without a dialog can be reached at all.
///
/// Each version of the dialogs' state follows the one before; behind a gap the whole of it is asked for, and the one in hand is used meanwhile. An
/// older one is left out, unless it is whole and begins anew with 0. Pure. Limits: kDevices; the first SUBSCRIBEs go out kPace apart.
class Watch {
 public:
  static constexpr std::size_t kDevices = 4'096;
  static constexpr Duration kPace = std::chrono::milliseconds(10);
  static constexpr std::size_t kDialogs = 256;  ///< of one device

  /// What came of an input.
  struct Effects {
    Transactions::Effects* transactions = nullptr;
    std::set<std::string> changed;      ///< devices of which something else is to be seen now
    std::vector<std::string> troubles;  ///< for the log
  };
  struct Device {
    std::map<std::string, SeenDialog> dialogs;  ///< by id; what ended in this input is there as `terminated`, and gone with the next
    bool watched = false;                       ///< its dialogs are known
    bool open = true;                           ///< its presence does not say that it is away
    bool on_the_phone = false;                  ///< its presence says so

    bool busy() const;
  };

  Watch(const Settings& settings, Transactions& transactions) : settings_(settings), transactions_(transactions) {}

  /// Replaces the list. `uris`: name of a device and its URI.
  void know(const std::map<std::string, Uri>& uris, Instant now, Effects& effects);
  /// True: it was one of ours.
  bool answered(Transactions::Id id, const Message& response, Instant now, Effects& effects);
  bool unanswered(Transactions::Id id, Instant now, Effects& effects);
  /// Answers it, too.
  void notified(Transactions::Id id, Instant now, Effects& effects);
  void wake(Instant now, Effects& effects);
  std::optional<Instant> next_wake() const;

  /// Null: not one of those that we know.
  const Device* find(const std::string& device) const;
  const std::map<std::string, Device>& devices() const { return devices_; }
  std::size_t unwatched() const;  ///< devices whose dialogs are not known

 private:
  /// Each subscription by its device and package.
  using Name = std::pair<std::string, std::string>;
  struct Held {
    Subscription subscription;
    std::optional<std::uint64_t> version;
    std::optional<Instant> due;
    bool holds = false;
    std::string trouble;
  };

  void settle(const Name& name, Held& held, Effects& effects);
  void take_dialogs(const Name& name, Held& held, const Message& notify, Instant now, Effects& effects);
  void take_presence(const Name& name, const Message& notify, Effects& effects);
  void forget_ended(Device& device);

  const Settings& settings_;
  Transactions& transactions_;
  std::map<std::string, Device> devices_;
  std::map<std::string, Uri> uris_;
  std::map<Name, Held> held_;
  std::unordered_map<Transactions::Id, Name> by_transaction_;
  std::unordered_map<std::string, Name> by_call_id_;
  std::set<std::pair<Instant, Name>> due_;
};

}  // namespace callwright::cti::sip
