#pragma once
// Private to http/: includes Asio and Beast.
#include <boost/asio.hpp>
#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core.hpp>
#include <array>
#include <cstddef>
#include <memory>
#include <utility>

namespace callwright::desktop {

namespace asio = boost::asio;
namespace beast = boost::beast;
using tcp = asio::ip::tcp;
using boost::system::error_code;

inline constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

/// A TCP connection in clear or inside TLS behind one type (Beast's AsyncStream), so that HTTP and WebSocket are compiled
/// once. Deadlines are those of `tcp()`. One read and one write may be under way.
class Stream {
 public:
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

  explicit Stream(tcp::socket socket);
  Stream(tcp::socket socket, asio::ssl::context& context);

  bool is_tls() const { return tls_; }
  beast::tcp_stream& tcp() const { return layer_->tcp(); }
  next_layer_type& next_layer() const { return tcp(); }
  executor_type get_executor() const { return tcp().get_executor(); }

  /// The server's side of the TLS handshake; at once without TLS.
  template <class Token>
  auto async_handshake(Token&& token) {
    return asio::async_initiate<Token, void(error_code)>([this](Done done) { layer_->handshake(std::move(done)); }, token);
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
  friend auto async_teardown(beast::role_type, Stream& stream, Token&& token) {
    return asio::async_initiate<Token, void(error_code)>([&stream](Done done) { stream.layer_->teardown(std::move(done)); }, token);
  }

 private:
  struct Layer {
    virtual ~Layer() = default;
    virtual beast::tcp_stream& tcp() = 0;
    virtual void handshake(Done done) = 0;
    virtual void shutdown(Done done) = 0;
    virtual void read(const Buffers<asio::mutable_buffer>& into, Moved moved) = 0;
    virtual void write(const Buffers<asio::const_buffer>& from, Moved moved) = 0;
    virtual void teardown(Done done) = 0;
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

}  // namespace callwright::desktop
