#pragma once
#include <bitset>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "agent-desktop-api/auth/permission.hpp"
#include "agent-desktop-api/http/socket.hpp"
#include "agent-desktop-api/json_requests.hpp"
#include "agent-desktop-api/problem.hpp"
#include "agent-desktop-api/session/own_queues.hpp"
#include "agent-desktop-api/session/topics.hpp"

namespace callwright::desktop {

class Hub;
struct EventStream;

/// One open socket of a page: the frame protocol of FRAMES.md. It says hello, is welcomed, gets a snapshot or what it missed, then
/// events; it answers pings and sends commands. What it may not say closes it (4400, 4403, 4429), which changes nothing.
class PageSession final : public SocketPeer {
 public:
  PageSession(Hub& hub, Principal principal);

  void opened(std::shared_ptr<Socket> socket) override;
  void text(std::string message) override;
  void unreadable(std::string why) override;
  void closed() override;

  void send(Frame frame);
  void send(std::string text) { send(Frame{std::move(text), nullptr}); }
  void close(Close code, const std::string& reason);
  void bye(Close code, const std::string& reason, std::int64_t retry_after_ms);
  void ack(const std::string& id);
  void nack(const std::string& id, const Error& error, const std::vector<FieldFault>& faults = {});

  /// Heartbeat, hello deadline, and a word before the page has heard nothing for too long.
  void tick(Instant now);
  /// One round of a topic, or its whole list if this page fell behind.
  void publish(Topic topic, const Topics::Parts& update, const Topics& topics);
  /// One round of the agent's own queues.
  void publish_own(const Mirror& mirror);

  const Principal& principal() const { return principal_; }
  const std::string& tab_id() const { return tab_id_; }
  const std::shared_ptr<EventStream>& stream() const { return stream_; }
  bool is_open() const { return stream_ != nullptr && !closing_; }
  Instant opened_at() const { return opened_at_; }
  void leave_hub() { hub_ = nullptr; }

 private:
  /// Tokens that come back with time; the budget of commands and of frames.
  struct Bucket {
    double rate, burst, left;
    Instant at;
    bool take(Instant now);
  };

  void on(const Hello& hello);
  void on(const Sub& sub);
  void on(const Pong& pong);
  void on(const Seen& seen);
  void on(const Resync&);
  void on(Command command);
  void on(const BadCommand& bad);
  void send_list(Topic topic, const Topics& topics);
  void send_parts(const TopicParts& parts);
  void bad_frame(const std::string& why);
  static constexpr int kPaces = 16;
  Duration paced(Duration limit) const;

  Hub* hub_;
  const Principal principal_;
  std::shared_ptr<Socket> socket_;
  std::shared_ptr<EventStream> stream_;
  std::string tab_id_;
  Instant opened_at_;
  Instant pinged_at_;
  Instant said_at_;
  int haste_ = 0;  ///< 0 to kPaces - 1
  std::int64_t ping_ = 0;
  std::int64_t answered_ping_ = 0;
  std::bitset<kTopics> follows_;
  std::bitset<kTopics> behind_;
  std::optional<OwnQueues> own_queues_;  // if it follows them
  Bucket commands_{10, 20, 20, {}};
  Bucket frames_{50, 200, 200, {}};
  bool closing_ = false;
};

}  // namespace callwright::desktop
