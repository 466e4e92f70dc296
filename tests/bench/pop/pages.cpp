#include "pages.hpp"

#include <string_view>

namespace callwright::bench {
namespace {

namespace beast = boost::beast;
namespace websocket = beast::websocket;

/// The value of a member of an object whose text is ours: no escapes in what we look for.
std::string_view member(std::string_view text, std::string_view name) {
  const auto at = text.find(name);
  if (at == std::string_view::npos) return {};
  text.remove_prefix(at + name.size());
  return text.substr(0, text.find_first_of("\",}"));
}

}  // namespace

Pages::Pages(asio::io_context& context, Stopwatch& watch, std::uint16_t port, std::vector<std::string> cookies, int count)
    : context_(context), watch_(watch), port_(port), cookies_(std::move(cookies)), count_(count) {}

void Pages::connect() {
  for (int i = 0; i < count_; ++i) asio::co_spawn(context_, run(i), asio::detached);
}

asio::awaitable<void> Pages::run(int number) {
  Socket socket(context_);
  const tcp::endpoint server(asio::ip::address_v4::loopback(), port_);
  if (const auto [error] = co_await beast::get_lowest_layer(socket).socket().async_connect(server, as_result); error) die("a page cannot connect: " + error.message());
  beast::get_lowest_layer(socket).socket().set_option(tcp::no_delay(true));
  const std::string host = "127.0.0.1:" + std::to_string(port_);
  socket.set_option(websocket::stream_base::decorator([&](websocket::request_type& request) {
    if (cookies_.empty()) return;
    request.set("Cookie", cookies_[static_cast<std::size_t>(number)]);
    request.set("Origin", "http://" + host);
    request.set("Sec-WebSocket-Protocol", "cti.v1.json");
  }));
  const std::string target = cookies_.empty() ? "/" + std::to_string(number) : "/api/v1/agent";
  if (const auto [error] = co_await socket.async_handshake(host, target, as_result); error) die("a page is refused: " + error.message());
  socket.text(true);
  if (!cookies_.empty() && !co_await greet(socket)) die("a page was not greeted");
  if (cookies_.empty()) ++ready_;

  beast::flat_buffer buffer;
  bool counted = cookies_.empty();
  while (true) {
    const auto [error, size] = co_await socket.async_read(buffer, as_result);
    if (error) break;
    const std::string_view text(static_cast<const char*>(buffer.data().data()), size);
    if (text.find("\"kind\":\"reserved\"") != std::string_view::npos) {
      watch_.end(std::string(member(text, "\"ani\":\"")), size);
      if (!cookies_.empty()) co_await say(socket, "{\"type\":\"seen\",\"seq\":" + std::string(member(text, "\"seq\":")) + "}");
    } else if (text.find("\"type\":\"ping\"") != std::string_view::npos) {
      co_await say(socket, "{\"type\":\"pong\",\"n\":" + std::string(member(text, "\"n\":")) + "}");
    } else if (!counted && text.find("\"state\":\"ready\"") != std::string_view::npos) {
      counted = true;
      ++ready_;
    }
    buffer.consume(buffer.size());
  }
  ++lost_;
}

asio::awaitable<bool> Pages::greet(Socket& socket) {
  co_await say(socket, R"({"type":"hello","client_version":"bench"})");
  for (const std::string_view wanted : {"\"type\":\"welcome\"", "\"type\":\"snapshot\""}) {
    beast::flat_buffer buffer;
    const auto [error, size] = co_await socket.async_read(buffer, as_result);
    if (error || beast::buffers_to_string(buffer.data()).find(wanted) == std::string::npos) co_return false;
  }
  co_await say(socket, R"({"type":"cmd","id":"00000000-0000-4000-8000-000000000001","name":"set_state","args":{"state":"ready"}})");
  co_return true;
}

asio::awaitable<void> Pages::say(Socket& socket, const std::string& text) { (void)co_await socket.async_write(asio::buffer(text), as_result); }

}  // namespace callwright::bench
