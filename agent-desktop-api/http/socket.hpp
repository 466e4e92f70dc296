#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace callwright::desktop {

/// Close codes of the protocol (FRAMES.md).
enum class Close : std::uint16_t {
  restart = 1012,
  bad_frame = 4400,
  session_expired = 4401,
  not_allowed = 4403,
  slow_consumer = 4408,  ///< also: two heartbeats without an answer
  replaced = 4409,
  too_many = 4429,
};

/// One text frame: a small head of its own, and a body that many frames share.
struct Frame {
  std::string head;
  std::shared_ptr<const std::string> body;  ///< may be null

  std::size_t size() const { return head.size() + (body ? body->size() : 0); }
};

/// The sending side of one WebSocket. On the desk's loop.
class Socket {
 public:
  virtual ~Socket() = default;
  /// Queues a frame. More than `limits::kSocketQueueBytes` waiting: the socket is closed with 4408, what waits is dropped.
  virtual void send(Frame frame) = 0;
  /// Sends what waits, then closes; cuts the connection if the peer does not go along within `limits::kCloseWait`.
  virtual void close(Close code, std::string reason) = 0;
  virtual std::size_t queued_bytes() const = 0;
};

/// Who listens to one WebSocket. Every call on the desk's loop; after `closed` there is none.
class SocketPeer {
 public:
  virtual ~SocketPeer() = default;
  virtual void opened(std::shared_ptr<Socket> socket) = 0;
  virtual void text(std::string message) = 0;
  /// A binary message, or one over the limit.
  virtual void unreadable(std::string why) = 0;
  virtual void closed() = 0;
};

}  // namespace callwright::desktop
