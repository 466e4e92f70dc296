#pragma once
#include <array>
#include <boost/asio.hpp>
#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core.hpp>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>

namespace callwright::runtime {

namespace asio = boost::asio;
namespace beast = boost::beast;

/// A TCP connection in clear or inside TLS behind one type (Beast's AsyncStream), so that HTTP and WebSocket are compiled
/// once. Deadlines are those of `tcp()`. One read and one write may be under way.
class Stream {
 public:
  using error_code = boost::system::error_code;
  using Socket = asio::ip::tcp::socket;
  using Side = asio::ssl::stream_base::handshake_type;
  using executor_type = beast::tcp_stream::executor_type;
  using next_layer_type = beast::tcp_stream;
  using Done = asio::any_completion_handler<void(error_code)>;
  using Moved = asio::any_completion_handler<void(error_code, std::size_t)>;

  /// The first buffers of a sequence: reading and writing "some" may leave the rest for the next time.
  template <class Buffer>
  struct Buffers {
    using value_type = Buffer;
    using const_iterator = const Buffer*;
    const_iterator begin() const { return first.data(); }
    const_iterator end() const { return first.data() + size; }
    std::array<Buffer, 8> first;
    std::size_t size = 0;
  };

  explicit Stream(Socket socket);
  Stream(Socket socket, asio::ssl::context& context);

  bool is_tls() const { return tls_; }
  beast::tcp_stream& tcp() const { return layer_->tcp(); }
  next_layer_type& next_layer() const { return tcp(); }
  executor_type get_executor() const { return tcp().get_executor(); }

  /// A client's, before its handshake: whose certificate the other side must show, and the name that it is called by (SNI). False if the name
  /// cannot be one. Nothing without TLS.
  bool expect_host(const std::string& name) { return layer_->expect_host(name); }

  /// TLS's handshake; at once without TLS.
  template <class Token>
  auto async_handshake(Side side, Token&& token) {
    return asio::async_initiate<Token, void(error_code)>([this, side](Done done) { layer_->handshake(side, std::move(done)); }, token);
  }
  /// TLS's goodbye; at once without TLS. TCP stays open.
  template <class Token>
  auto async_shutdown(Token&& token) {
    return asio::async_initiate<Token, void(error_code)>([this](Done done) { layer_->shutdown(std::move(done)); }, token);
  }
  template <class Sequence, class Token>
  auto async_read_some(const Sequence& buffers, Token&& token) {
    return asio::async_initiate<Token, void(error_code, std::size_t)>(
        [this](Moved moved, const Buffers<asio::mutable_buffer>& into) { layer_->read(into, std::move(moved)); }, token,
        first<asio::mutable_buffer>(buffers));
  }
  template <class Sequence, class Token>
  auto async_write_some(const Sequence& buffers, Token&& token) {
    return asio::async_initiate<Token, void(error_code, std::size_t)>(
        [this](Moved moved, const Buffers<asio::const_buffer>& from) { layer_->write(from, std::move(moved)); }, token,
        first<asio::const_buffer>(buffers));
  }

  /// How a WebSocket ends its connection (found by Beast).
  template <class Token>
  friend auto async_teardown(beast::role_type role, Stream& stream, Token&& token) {
    return asio::async_initiate<Token, void(error_code)>([&stream, role](Done done) { stream.layer_->teardown(role, std::move(done)); }, token);
  }

 private:
  struct Layer {
    virtual ~Layer() = default;
    virtual beast::tcp_stream& tcp() = 0;
    virtual bool expect_host(const std::string& name) = 0;
    virtual void handshake(Side side, Done done) = 0;
    virtual void shutdown(Done done) = 0;
    virtual void read(const Buffers<asio::mutable_buffer>& into, Moved moved) = 0;
    virtual void write(const Buffers<asio::const_buffer>& from, Moved moved) = 0;
    virtual void teardown(beast::role_type role, Done done) = 0;
  };
  struct Plain;
  struct Tls;

  template <class Buffer, class Sequence>
  static Buffers<Buffer> first(const Sequence& sequence) {
    Buffers<Buffer> buffers;
    const auto end = asio::buffer_sequence_end(sequence);
    for (auto each = asio::buffer_sequence_begin(sequence); each != end && buffers.size < buffers.first.size(); ++each)
      if (const Buffer buffer(*each); buffer.size() > 0) buffers.first[buffers.size++] = buffer;
    return buffers;
  }

  std::unique_ptr<Layer> layer_;
  bool tls_ = false;
};

}  // namespace callwright::runtime
