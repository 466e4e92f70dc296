#include "runtime/stream.hpp"

#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/beast/websocket.hpp>

namespace callwright::runtime {
namespace {

// Boost 1.81 cannot post to the executor that a type-erased handler brings along. It is the connection's own anyway.
template <class Handler>
auto on(beast::tcp_stream& stream, Handler handler) {
  return asio::bind_executor(stream.get_executor(), std::move(handler));
}

}  // namespace

struct Stream::Plain final : Layer {
  explicit Plain(Socket socket) : stream(std::move(socket)) {}

  beast::tcp_stream& tcp() override { return stream; }
  bool expect_host(const std::string&) override { return true; }
  void handshake(Side, Done done) override { asio::post(on(tcp(), asio::append(std::move(done), error_code()))); }
  void shutdown(Done done) override { asio::post(on(tcp(), asio::append(std::move(done), error_code()))); }
  void read(const Buffers<asio::mutable_buffer>& into, Moved moved) override { stream.async_read_some(into, on(tcp(), std::move(moved))); }
  void write(const Buffers<asio::const_buffer>& from, Moved moved) override { stream.async_write_some(from, on(tcp(), std::move(moved))); }
  void teardown(beast::role_type role, Done done) override { beast::websocket::async_teardown(role, stream.socket(), on(tcp(), std::move(done))); }

  beast::tcp_stream stream;
};

struct Stream::Tls final : Layer {
  Tls(Socket socket, asio::ssl::context& context) : stream(beast::tcp_stream(std::move(socket)), context) {}

  beast::tcp_stream& tcp() override { return stream.next_layer(); }
  bool expect_host(const std::string& name) override {
    stream.set_verify_callback(asio::ssl::host_name_verification(name));
    return SSL_set_tlsext_host_name(stream.native_handle(), name.c_str()) == 1;
  }
  void handshake(Side side, Done done) override { stream.async_handshake(side, on(tcp(), std::move(done))); }
  void shutdown(Done done) override { stream.async_shutdown(on(tcp(), std::move(done))); }
  void read(const Buffers<asio::mutable_buffer>& into, Moved moved) override { stream.async_read_some(into, on(tcp(), std::move(moved))); }
  void write(const Buffers<asio::const_buffer>& from, Moved moved) override { stream.async_write_some(from, on(tcp(), std::move(moved))); }
  void teardown(beast::role_type, Done done) override { shutdown(std::move(done)); }

  asio::ssl::stream<beast::tcp_stream> stream;
};

Stream::Stream(Socket socket) : layer_(std::make_unique<Plain>(std::move(socket))) {}
Stream::Stream(Socket socket, asio::ssl::context& context) : layer_(std::make_unique<Tls>(std::move(socket), context)), tls_(true) {}

}  // namespace callwright::runtime
