#pragma once
#include <cstdint>
#include <string>
#include <unordered_map>

#include "cti/feed/peer.hpp"
#include "cti/model/command.hpp"
#include "common.hpp"

namespace callwright::bench {

/// Bytes to a socket, in order, the first at once.
class Outlet {
 public:
  explicit Outlet(asio::io_context& context) : socket_(context) {}
  tcp::socket& socket() { return socket_; }
  void connect(std::uint16_t port);
  void write(const std::string& bytes);

 private:
  void begin();

  tcp::socket socket_;
  std::string sending_, waiting_;
};

/// Where a caller arrives: a switch, or the lines that stand for it.
class Source {
 public:
  virtual ~Source() = default;
  virtual void arrive(const std::string& number) = 0;
};

/// A switch on the native feed whose calls live 8 events: the caller's leg and his question for a route; the agent's leg, rung and
/// answered at once; both join; after `talk` both are gone.
class Switch final : public Source {
 public:
  Switch(asio::io_context& context, std::uint16_t port, std::string token);

  void arrive(const std::string& number) override;
  bool live() const { return peer_.live(); }
  std::size_t calls() const { return agent_of_.size(); }
  std::uint64_t ended() const { return ended_; }

 private:
  asio::awaitable<void> read();
  asio::awaitable<void> beat();
  asio::awaitable<void> hang_up(std::string caller, std::string agent);
  void publish(cti::model::SwitchEventBody body) { perform(peer_.publish(std::move(body), now(), now())); }
  void perform(cti::feed::Peer::Actions actions);
  void execute(const cti::feed::CommandMessage& command);
  static Instant now();

  asio::io_context& context_;
  Outlet outlet_;
  cti::feed::Peer peer_;
  std::uint64_t legs_ = 0;
  std::uint64_t ended_ = 0;
  std::unordered_map<std::string, std::string> agent_of_;  ///< the agent's leg of a caller's, "" before he is rung
};

/// The same load for the relay: a line an event, one of which goes to a page.
class Lines final : public Source {
 public:
  Lines(asio::io_context& context, std::uint16_t port, int pages) : outlet_(context), pages_(pages) { outlet_.connect(port); }
  /// Of the frame that goes out, so that both sides send as much.
  void frame_bytes(std::size_t bytes) { frame_bytes_ = bytes; }
  void arrive(const std::string& number) override;

 private:
  Outlet outlet_;
  const int pages_;
  std::size_t frame_bytes_ = 1000;
  unsigned next_ = 0;
};

}  // namespace callwright::bench
