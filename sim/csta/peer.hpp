#pragma once
#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace callwright::sim::csta {

/// A CSTA switch: who is in which call, and what its monitors tell of that. A step that makes no sense does nothing. What is to be sent is
/// collected until `take`.
class Peer {
 public:
  enum class State { initiated, alerting, connected, held };
  using Calls = std::map<std::string, std::map<std::string, State>>;  ///< parties by call

  // The wire.
  void received(std::string_view bytes);
  std::string take();
  /// The connection is cut: session and monitors are gone, calls live on.
  void cut();
  void restart();
  void say(std::string_view xml, int invoke_id = 0);

  // What people do.
  void call_in(const std::string& customer, const std::string& phone);
  void hang_up(const std::string& call, const std::string& party);
  void answer(const std::string& call, const std::string& phone);
  void hold(const std::string& call, const std::string& phone);
  void retrieve(const std::string& call, const std::string& phone);
  void consult(const std::string& call, const std::string& phone, const std::string& other);
  /// The held call and the other one of this phone become one under a new id; with `stays`, the phone is in it, too.
  void join(const std::string& held, const std::string& active, const std::string& phone, bool stays);
  void divert(const std::string& call, const std::string& phone, const std::string& to, const std::string& cause);

  const Calls& calls() const { return calls_; }
  bool busy(const std::string& phone) const;

  bool sessions = true;               ///< it knows what a session is
  std::string refuses;                ///< sessions, with this word
  std::set<std::string> unknown;      ///< devices that it refuses to monitor
  std::vector<std::string> requests;  ///< roots of what it was asked, in order

 private:
  struct Facts {
    std::string calling, called;
  };
  void request(const std::string& root, const std::string& xml, const std::string& id);
  bool serve(const std::string& root, const std::string& xml);
  void event(const std::string& root, const std::string& call, const std::string& body, const std::string& also = {});
  void frame(const std::string& id, const std::string& xml);
  void deliver(const std::string& call, const std::string& phone);
  std::string parties(const std::string& call) const;
  std::string new_call(const std::string& calling, const std::string& called);
  bool is(const std::string& call, const std::string& party, State state) const;

  std::string in_, out_;
  bool session_ = false;
  std::map<std::string, std::string> monitors_;  ///< ids by device
  int last_monitor_ = 0, last_call_ = 0;
  Calls calls_;
  std::map<std::string, Facts> facts_;
};

}  // namespace callwright::sim::csta
