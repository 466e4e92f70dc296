#include "agent-desktop-api/http/stream.hpp"

#include <boost/beast/websocket.hpp>

namespace callwright::desktop {
namespace {

// Boost 1.81 cannot post to the executor that a type-erased handler brings along. It is the connection's own anyway.
template <class Handler>
auto on(beast::tcp_stream& stream, Handler handler) {
  return asio::bind_executor(stream.get_executor(), std::move(handler));
}

}  // namespace

struct Stream::Plain final : Layer {
  explicit Plain(tcp::socket socket) : stream(std::move(socket)) {}

  beast::tcp_stream& tcp() override { return stream; }
  void handshake(Done done) override { asio::post(on(tcp(), asio::append(std::move(done), error_code()))); }
  void shutdown(Done done) override { asio::post(on(tcp(), asio::append(std::move(done), error_code()))); }
  void read(const Buffers<asio::mutable_buffer>& into, Moved moved) override { stream.async_read_some(into, on(tcp(), std::move(moved))); }
  void write(const Buffers<asio::const_buffer>& from, Moved moved) override { stream.async_write_some(from, on(tcp(), std::move(moved))); }
  void teardown(Done done) override { beast::websocket::async_teardown(beast::role_type::server, stream.socket(), on(tcp(), std::move(done))); }

  beast::tcp_stream stream;
};

struct Stream::Tls final : Layer {
  Tls(tcp::socket socket, asio::ssl::context& context) : stream(beast::tcp_stream(std::move(socket)), context) {}

  beast::tcp_stream& tcp() override { return stream.next_layer(); }
  void handshake(Done done) override { stream.async_handshake(asio::ssl::stream_base::server, on(tcp(), std::move(done))); }
  void shutdown(Done done) override { stream.async_shutdown(on(tcp(), std::move(done))); }
  void read(const Buffers<asio::mutable_buffer>& into, Moved moved) override { stream.async_read_some(into, on(tcp(), std::move(moved))); }
  void write(const Buffers<asio::const_buffer>& from, Moved moved) override { stream.async_write_some(from, on(tcp(), std::move(moved))); }
  void teardown(Done done) override { shutdown(std::move(done)); }

  asio::ssl::stream<beast::tcp_stream> stream;
};

Stream::Stream(tcp::socket socket) : layer_(std::make_unique<Plain>(std::move(socket))) {}
Stream::Stream(tcp::socket socket, asio::ssl::context& context) : layer_(std::make_unique<Tls>(std::move(socket), context)), tls_(true) {}

}  // namespace callwright::desktop
