#include "tests/unit/cti_asterisk/fake_ari.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/json.hpp>
#include <chrono>
#include <mutex>
#include <thread>

namespace callwright::cti::asterisk::test {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
namespace websocket = beast::websocket;
using tcp = asio::ip::tcp;

}  // namespace

struct FakeAri::State {
  State(Handler with, Socket as) : handler(std::move(with)), socket(std::move(as)), acceptor(context, {asio::ip::address_v4::loopback(), 0}) {
    port = acceptor.local_endpoint().port();
    accepting = std::thread([this] { accept(); });
  }
  ~State() {
    stopping = true;
    tcp::socket wake(context);  // an acceptor that waits is not woken by being closed
    boost::system::error_code ignored;
    wake.connect({asio::ip::address_v4::loopback(), port}, ignored);
    accepting.join();
    {
      std::lock_guard lock(mutex);
      for (const int each : open) ::shutdown(each, SHUT_RDWR);
    }
    for (std::thread& thread : serving) thread.join();
    for (const int each : open) ::close(each);
  }

  void accept() {
    for (;;) {
      const auto peer = std::make_shared<tcp::socket>(context);
      boost::system::error_code error;
      acceptor.accept(*peer, error);
      if (stopping || error) return;
      std::lock_guard lock(mutex);
      open.push_back(::dup(peer->native_handle()));
      serving.emplace_back([this, peer] { serve(*peer); });
    }
  }

  void note(std::string line) {
    std::lock_guard lock(mutex);
    asked.push_back(std::move(line));
  }

  void serve(tcp::socket& peer) {
    beast::flat_buffer buffer;
    for (;;) {
      http::request<http::string_body> request;
      boost::system::error_code error;
      http::read(peer, buffer, request, error);
      if (error) break;
      if (websocket::is_upgrade(request) && socket.opens) return serve_socket(peer, request);
      const std::string line = std::string(request.method_string()) + " " + std::string(request.target());
      note(line);
      const Answer answer = handler(line);
      if (answer.no_answer) break;
      http::response<http::string_body> response(static_cast<http::status>(answer.status), 11);
      response.body() = answer.body;
      response.prepare_payload();
      http::write(peer, response, error);
      if (answer.close_after || error) break;
    }
    boost::system::error_code ignored;
    peer.shutdown(tcp::socket::shutdown_both, ignored);
  }

  void serve_socket(tcp::socket& peer, const http::request<http::string_body>& request) {
    websocket::stream<tcp::socket&> stream(peer);
    stream.set_option(
        websocket::stream_base::decorator([](websocket::response_type& response) { response.set(http::field::sec_websocket_protocol, "ari"); }));
    boost::system::error_code error;
    stream.accept(request, error);
    if (!error && !socket.greeting.empty()) stream.write(asio::buffer(socket.greeting), error);
    while (!error) {
      beast::flat_buffer buffer;
      stream.read(buffer, error);
      if (error) break;
      const auto message = boost::json::parse(beast::buffers_to_string(buffer.data())).as_object();
      const std::string line = std::string(message.at("method").as_string().c_str()) + " /ari/" + message.at("uri").as_string().c_str();
      note("WS " + line);
      if (!socket.takes_requests) continue;
      const Answer answer = handler(line);
      if (answer.no_answer) continue;
      stream.write(
          asio::buffer(boost::json::serialize(boost::json::object{
              {"type", "RESTResponse"}, {"request_id", message.at("request_id")}, {"status_code", answer.status}, {"message_body", answer.body}})),
          error);
    }
  }

  const Handler handler;
  const Socket socket;
  asio::io_context context;
  tcp::acceptor acceptor;
  std::uint16_t port = 0;
  std::atomic<bool> stopping = false;
  mutable std::mutex mutex;
  std::vector<std::string> asked;
  std::vector<int> open;  // second handles of the connections, whose sockets belong to the threads that serve them
  std::vector<std::thread> serving;
  std::thread accepting;
};

FakeAri::FakeAri(Handler handler, Socket socket) : state_(std::make_unique<State>(std::move(handler), std::move(socket))) {}
FakeAri::~FakeAri() = default;
std::uint16_t FakeAri::port() const { return state_->port; }

Settings FakeAri::settings() const {
  Settings settings;
  settings.switch_id = SwitchId{"fake"};
  settings.port = port();
  settings.username = "callwright";
  settings.password = "secret";
  settings.epoch = 1;
  settings.lanes = 1;
  return settings;
}

std::vector<std::string> FakeAri::asked() const {
  std::lock_guard lock(state_->mutex);
  return state_->asked;
}

FakeAri::Answer willing(const std::string& line) {
  const auto is = [&](std::string_view what) { return line.find(what) != line.npos; };
  if (is("/asterisk/info")) return {200, R"({"system":{"version":"22.10.1"},"status":{"startup_time":"2026-11-22T05:00:00.000+0000"}})"};
  if (is("/asterisk/ping")) {
    const auto now = std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
    const auto day = std::chrono::floor<std::chrono::days>(now);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss time(now - day);
    char stamp[64];
    std::snprintf(stamp, sizeof stamp, "%04d-%02u-%02uT%02d:%02d:%02d.%03d+0000", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                  static_cast<unsigned>(date.day()), static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                  static_cast<int>(time.seconds().count()), static_cast<int>(time.subseconds().count()));
    return {200, R"({"ping":"pong","timestamp":")" + std::string(stamp) + "\"}"};
  }
  if (is("/asterisk/modules/")) return {200, R"({"name":"x","status":"Running"})"};
  if (is("/asterisk/variable")) return {204, ""};
  if (is("/deviceStates/")) return {200, R"({"name":"Local/s@fallback","state":"NOT_INUSE"})"};
  if (is("/endpoints/")) return {200, R"({"technology":"PJSIP","resource":"agent1","state":"online","channel_ids":[]})"};
  if (line.starts_with("GET /ari/applications/")) return {404, R"({"message":"Application not found"})"};
  if (is("/channels") || is("/bridges") || is("/endpoints")) return {line.starts_with("GET") ? 200 : 204, line.starts_with("GET") ? "[]" : ""};
  return {204, ""};
}

}  // namespace callwright::cti::asterisk::test
