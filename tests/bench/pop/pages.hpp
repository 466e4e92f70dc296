#pragma once
#include <boost/beast/core.hpp>
#include <boost/beast/websocket.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "common.hpp"

namespace callwright::bench {

/// The agents' pages, as many WebSockets: each stops the watch when it has a whole frame `reserved`, and tells it as a page does.
class Pages {
 public:
  /// `cookies` empty: plain sockets of the relay.
  Pages(asio::io_context& context, Stopwatch& watch, std::uint16_t port, std::vector<std::string> cookies, int count);

  void connect();
  /// All are connected and, with cookies, ready for a call.
  bool ready() const { return ready_ == count_; }
  int lost() const { return lost_; }

 private:
  using Socket = boost::beast::websocket::stream<boost::beast::tcp_stream, false>;
  asio::awaitable<void> run(int number);
  asio::awaitable<bool> greet(Socket& socket);
  asio::awaitable<void> say(Socket& socket, const std::string& text);

  asio::io_context& context_;
  Stopwatch& watch_;
  const std::uint16_t port_;
  const std::vector<std::string> cookies_;
  const int count_;
  int ready_ = 0;
  int lost_ = 0;
};

}  // namespace callwright::bench
