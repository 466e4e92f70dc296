#include "agent-desktop-api/http/web_socket.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "agent-desktop-api/http/limits.hpp"

namespace callwright::desktop {

WebSocket::WebSocket(std::shared_ptr<ServerShared> shared, Stream stream)
    : shared_(std::move(shared)), ws_(std::move(stream)), wake_(ws_.get_executor()), close_limit_(ws_.get_executor()) {
  wake_.expires_at(asio::steady_timer::time_point::max());
}

void WebSocket::send(Frame frame) {
  if (closing_) return;
  queued_ += frame.size();
  queue_.push_back(std::move(frame));
  if (queued_ > limits::kSocketQueueBytes) {
    shared_->overflows.add();
    drop_queue();
    close(Close::slow_consumer, "too slow");
  }
  wake_.cancel();
}

void WebSocket::close(Close code, std::string reason) {
  if (closing_) return;
  closing_ = true;
  close_reason_ = websocket::close_reason(static_cast<std::uint16_t>(code));
  close_reason_.reason = reason.substr(0, 120);
  close_limit_.expires_after(limits::kCloseWait);
  close_limit_.async_wait([self = shared_from_this()](error_code error) {
    if (!error) self->cut();
  });
  wake_.cancel();
}

void WebSocket::cut() {
  closing_ = true;
  cut_ = true;
  error_code ignored;
  ws_.next_layer().tcp().socket().close(ignored);
  close_limit_.cancel();
  wake_.cancel();
}

void WebSocket::drop_queue() {
  queue_.clear();
  queued_ = 0;
}

asio::awaitable<void> WebSocket::run(std::shared_ptr<WebSocket> self, const http::request<http::string_body>& upgrade,
                                     HttpResponse response) {
  auto& ws = self->ws_;
  ws.set_option(websocket::stream_base::timeout{limits::kHandshakeWait, websocket::stream_base::none(), false});
  ws.set_option(websocket::stream_base::decorator([&response](websocket::response_type& reply) {
    for (const auto& [name, value] : response.headers) reply.set(name, value);
  }));
  ws.read_message_max(2 * limits::kFrameBytes);
  ws.text(true);
  ws.auto_fragment(false);  // one message, one frame, one gathered write
  const auto [error] = co_await ws.async_accept(upgrade, as_result);
  if (error) {
    self->shared_->bad_input("ws_handshake");
    co_return;
  }
  self->shared_->open_sockets.add(1);
  response.socket->opened(self);
  self->shared_->tasks->spawn(write(self));
  co_await read(self, response.socket);
  self->shared_->open_sockets.add(-1);
}

// The one writer. Ends when the socket is closed or cut.
asio::awaitable<void> WebSocket::write(std::shared_ptr<WebSocket> self) {
  while (!self->cut_) {
    if (!self->queue_.empty()) {
      const Frame frame = std::move(self->queue_.front());
      self->queue_.pop_front();
      std::vector<asio::const_buffer> buffers{asio::buffer(frame.head)};
      if (frame.body) buffers.push_back(asio::buffer(*frame.body));
      const auto [error, size] = co_await self->ws_.async_write(buffers, as_result);
      self->queued_ -= std::min(self->queued_, frame.size());
      self->shared_->sent_bytes.add(static_cast<double>(size));
      if (error) break;
      continue;
    }
    if (self->closing_) {
      (void)co_await self->ws_.async_close(self->close_reason_, as_result);
      break;
    }
    (void)co_await self->wake_.async_wait(as_result);
    self->wake_.expires_at(asio::steady_timer::time_point::max());
  }
  self->cut();
}

// The one reader; hands messages to `peer` until the socket ends.
asio::awaitable<void> WebSocket::read(std::shared_ptr<WebSocket> self, std::shared_ptr<SocketPeer> peer) {
  beast::flat_buffer buffer;
  while (!self->cut_) {
    const auto [error, size] = co_await self->ws_.async_read(buffer, as_result);
    if (error) {
      if (error == websocket::condition::protocol_violation || error == websocket::error::message_too_big) self->shared_->bad_input("ws_message");
      break;
    }
    if (!self->closing_) {
      if (!self->ws_.got_text())
        peer->unreadable("only text messages are understood");
      else if (size > limits::kFrameBytes)
        peer->unreadable("a message is at most 65536 bytes");
      else
        peer->text(beast::buffers_to_string(buffer.data()));
    }
    buffer.consume(buffer.size());
  }
  peer->closed();
  self->cut();
}

}  // namespace callwright::desktop
