#pragma once
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "tests/unit/cti_freeswitch/recording.hpp"

namespace callwright::cti::freeswitch::test {

/// Stands in for the switch of a recording in which a CTI routed calls: told a command, it says what FreeSWITCH then said to the recording's CTI. Pure.
///
/// The recorded commands that change something (originate, uuid_bridge, uuid_kill, uuid_answer) wait for ours of the same kind, in whatever order ours
/// come; what was said before one of them is said at once. Ids that the recording's CTI had chosen become ours, in everything that is said. The caller
/// gets the channel variable `callwright_entry`, which that CTI did not need. Commands that the recording has not are answered as FreeSWITCH does when all
/// is well; those that it has and we have not are left out.
class ReplayPeer {
 public:
  static constexpr const char* kEntry = "5000";

  explicit ReplayPeer(const std::string& scenario);

  /// What it says first: auth/request.
  static std::string greeting() { return "Content-Type: auth/request\n\n"; }
  /// What it says upon one whole command of ours.
  std::string command(std::string_view text);
  /// What it says until it needs a command of ours; after the snapshot.
  std::string begin() { return play(); }
  /// The recorded command that it waits for, with our ids; empty: none.
  std::string waits_for() const;
  bool finished() const { return at_ == items_.size(); }
  const std::string& caller() const { return caller_; }

 private:
  struct Item {
    std::string command;  ///< of the recording's CTI; empty: the switch speaks
    std::string reply;    ///< to it: the whole frame
    std::string said;
    bool done = false;
  };
  static std::string kind_of(std::string_view command);
  static std::string general_reply(std::string_view command);
  std::string play();
  std::string carry_out(Item& recorded, std::string_view ours);
  std::string in_our_words(const std::string& frame) const;

  std::vector<Item> items_;
  std::size_t at_ = 0;
  std::deque<std::string> waiting_;  ///< commands of ours, in order
  std::map<std::string, std::string> ours_;  ///< recorded id > ours
  std::string caller_;
};

}  // namespace callwright::cti::freeswitch::test
