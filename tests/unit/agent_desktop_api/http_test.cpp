#include <unistd.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>
#include <fstream>

#include "runtime/tls.hpp"
#include "tests/unit/agent_desktop_api/desk_fixture.hpp"

namespace callwright::desktop::tests {
namespace {

/// What a TLS client that trusts `ca` alone reads to the end after it has sent `text` to `localhost`.
std::string over_tls(std::uint16_t port, const std::filesystem::path& ca, const std::string& text) {
  namespace asio = boost::asio;
  using tcp = asio::ip::tcp;
  const auto context = runtime::client_tls(ca);
  if (!context) return context.error().text();
  asio::io_context io;
  asio::ssl::stream<tcp::socket> stream(io, **context);
  stream.set_verify_callback(asio::ssl::host_name_verification("localhost"));
  stream.next_layer().connect({asio::ip::address_v4::loopback(), port});
  stream.handshake(asio::ssl::stream_base::client);
  asio::write(stream, asio::buffer(text));
  std::string answer;
  boost::system::error_code end;
  asio::read(stream, asio::dynamic_buffer(answer), end);
  return answer;
}

class Http : public DeskTest {
 protected:
  std::filesystem::path folder() {
    const auto path = std::filesystem::path(testing::TempDir()) / ("desk_http_" + std::to_string(::getpid()) + "_" + testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::create_directories(path);
    return path;
  }
  /// What is refused before anybody is asked is a problem like the others, with the headers of every answer.
  static void expect_problem(const Answer& answer) {
    EXPECT_EQ(answer.header("content-type"), "application/problem+json");
    EXPECT_EQ(faults_of_text(answer.body, "problem"), std::vector<std::string>{}) << answer.body;
    EXPECT_EQ(answer.header("x-content-type-options"), "nosniff");
    EXPECT_FALSE(answer.header("content-security-policy").empty());
  }
  static void write(const std::filesystem::path& path, const std::string& text) { std::ofstream(path, std::ios::binary) << text; }

  DeskOptions with_pages() {
    const auto root = folder();
    write(root / "index.html", "<!doctype html>start");
    write(root / "app-4QXJ2ABC.js", "script");
    write(root / "app-4QXJ2ABC.js.gz", "zipped");
    write(root / "secret.txt", "not listed");
    write(root / "manifest.json", R"({"/":"index.html","/app-4QXJ2ABC.js":"app-4QXJ2ABC.js"})");
    DeskOptions options;
    options.web_root = root.string();
    return options;
  }
};

TEST_F(Http, PagesComeFromTheManifestAlone) {
  start(with_pages());
  const Answer page = ask("GET", "/");
  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(page.body, "<!doctype html>start");
  EXPECT_EQ(page.header("content-type"), "text/html; charset=utf-8");
  EXPECT_EQ(page.header("cache-control"), "no-cache");
  EXPECT_EQ(ask("GET", "/supervisor").body, page.body) << "views of the page";
  EXPECT_EQ(ask("GET", "/", {{"If-None-Match", page.header("etag")}}).status, 304);
  for (const char* target : {"/secret.txt", "/manifest.json", "/../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt", "//etc/passwd.txt", "/index.html.gz"})
    EXPECT_EQ(ask("GET", target).status, 404) << target;
  const Answer unreadable = ask("GET", "/%00.txt");
  EXPECT_EQ(unreadable.status, 400);
  expect_problem(unreadable);
}

TEST_F(Http, HashedNamesAreImmutableAndZipped) {
  start(with_pages());
  const Answer plain = ask("GET", "/app-4QXJ2ABC.js");
  EXPECT_EQ(plain.body, "script");
  EXPECT_EQ(plain.header("cache-control"), "public, max-age=31536000, immutable");
  const Answer zipped = ask("GET", "/app-4QXJ2ABC.js", {{"Accept-Encoding", "gzip, br"}});
  EXPECT_EQ(zipped.body, "zipped");
  EXPECT_EQ(zipped.header("content-encoding"), "gzip");
  EXPECT_EQ(zipped.header("content-type"), "text/javascript; charset=utf-8");
  const Answer head = ask("HEAD", "/app-4QXJ2ABC.js");
  EXPECT_EQ(head.header("content-length"), "6");
}

TEST_F(Http, LimitsAreAnsweredCountedAndHeldExactly) {
  start();
  EXPECT_EQ(ask("GET", "/health", {{"X-Long", std::string(15'000, 'x')}}).status, 200);
  const Answer long_headers = ask("GET", "/health", {{"X-Long", std::string(17'000, 'x')}});
  EXPECT_EQ(long_headers.status, 431);
  expect_problem(long_headers);
  EXPECT_EQ(metric("callwright_desk_bad_input_total{kind=\"http_header_limit\"}"), 1);
  const Headers headers{{"Origin", origin()}, {"Content-Type", "application/json"}};
  EXPECT_EQ(ask("POST", "/api/v1/session", headers, std::string(256 * 1024, ' ')).status, 400) << "within the limit, but no JSON";
  const Answer long_body = ask("POST", "/api/v1/session", headers, std::string(256 * 1024 + 1, ' '));
  EXPECT_EQ(long_body.status, 413);
  expect_problem(long_body);
  EXPECT_EQ(metric("callwright_desk_bad_input_total{kind=\"http_body_limit\"}"), 1);
}

TEST_F(Http, WhatIsNoHttpIsRefused) {
  start();
  for (const char* bytes : {"\x16\x03\x01 hello\r\n\r\n", "GET  / HTTP/1.1\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "GET / HTTP/1.1\r\nbad header\r\n\r\n"}) {
    Wire wire(desk_->port());
    wire.write(bytes);
    const Answer answer = wire.read_answer();
    EXPECT_EQ(answer.status, 400) << bytes;
    expect_problem(answer);
    EXPECT_TRUE(wire.at_end());
  }
  EXPECT_EQ(metric("callwright_desk_bad_input_total{kind=\"http_syntax\"}"), 4);
}

TEST_F(Http, OneConnectionCarriesManyRequests) {
  start();
  Wire wire(desk_->port());
  for (int i = 0; i < 3; ++i) EXPECT_EQ(wire.request("GET", "/health").status, 200);
  EXPECT_EQ(wire.request("GET", "/health", {{"Connection", "close"}}).status, 200);
  EXPECT_TRUE(wire.at_end());
}

TEST_F(Http, ConnectionsBeyondTheLimitAreRefused) {
  DeskOptions options;
  options.connections = 2;
  start(options);
  Wire one(desk_->port());
  Wire two(desk_->port());
  EXPECT_EQ(one.request("GET", "/health").status, 200);
  EXPECT_EQ(two.request("GET", "/health").status, 200);
  Wire three(desk_->port());
  EXPECT_EQ(three.request("GET", "/health").status, 0);
  EXPECT_NE(one.request("GET", "/metrics").body.find("callwright_desk_connections_refused_total 1"), std::string::npos);
}

TEST_F(Http, WrongMethodsAndAddressesAreNamed) {
  start();
  EXPECT_EQ(ask("PUT", "/api/v1/session").status, 405);
  EXPECT_EQ(ask("POST", "/somewhere", {{"Origin", origin()}}).status, 405);
  EXPECT_EQ(ask("GET", "/api/v2/session").status, 404);
}

TEST_F(Http, EveryRefusalIsCountedByItsCode) {
  start();
  const Person sofia = sign_in("sofia");
  const Headers signed_in = sofia.headers(origin());
  Headers plain_text = signed_in;
  plain_text.back().second = "text/plain";
  EXPECT_EQ(ask("POST", "/api/v1/session", {{"Origin", origin()}, {"Content-Type", "application/json"}}, "{\"login\":").status, 400);
  EXPECT_EQ(ask("POST", "/api/v1/customers", signed_in, R"({"name":5})").status, 400);
  EXPECT_EQ(ask("GET", "/api/v1/agent", {{"Cookie", sofia.cookie}, {"Origin", origin()}}).status, 400) << "no upgrade";
  EXPECT_EQ(metric("callwright_desk_problems_total{code=\"bad_request\"}"), 3);
  EXPECT_EQ(try_sign_in("sofia", "wrong").status, 401);
  EXPECT_EQ(metric("callwright_desk_problems_total{code=\"bad_login\"}"), 1);
  EXPECT_EQ(ask("GET", "/api/v1/centre").status, 401);
  EXPECT_EQ(metric("callwright_desk_problems_total{code=\"not_signed_in\"}"), 1);
  EXPECT_EQ(ask("GET", "/api/v1/queues", signed_in).status, 403);
  EXPECT_EQ(metric("callwright_desk_problems_total{code=\"not_allowed\"}"), 1);
  EXPECT_EQ(ask("GET", "/api/v1/nothing", signed_in).status, 404);
  EXPECT_EQ(metric("callwright_desk_problems_total{code=\"not_found\"}"), 1);
  EXPECT_EQ(ask("PUT", "/api/v1/session", signed_in).status, 405);
  EXPECT_EQ(metric("callwright_desk_problems_total{code=\"method_not_allowed\"}"), 1);
  EXPECT_EQ(ask("POST", "/api/v1/customers", plain_text, R"({"name":"Bo"})").status, 415);
  EXPECT_EQ(metric("callwright_desk_problems_total{code=\"wrong_media_type\"}"), 1);
  EXPECT_EQ(ask("PATCH", "/api/v1/customers/500", signed_in, R"({"name":"Bo"})").status, 428);
  EXPECT_EQ(metric("callwright_desk_problems_total{code=\"precondition_required\"}"), 1);
  EXPECT_EQ(ask("GET", "/api/v1/session", signed_in).status, 200);
}

TEST_F(Http, ATimeOutIsBadInputOnlyAfterSomeBytes) {
  DeskOptions options;
  options.header_wait = std::chrono::milliseconds(50);
  start(options);
  Wire idle(desk_->port());
  EXPECT_EQ(idle.request("GET", "/health").status, 200);
  Wire silent(desk_->port());
  EXPECT_TRUE(idle.at_end());
  EXPECT_TRUE(silent.at_end());
  EXPECT_EQ(metric("callwright_desk_bad_input_total{kind=\"http_timeout\"}"), 0);
  Wire half(desk_->port());
  half.write("GET /hea");
  EXPECT_TRUE(half.at_end());
  EXPECT_EQ(metric("callwright_desk_bad_input_total{kind=\"http_timeout\"}"), 1);
}

TEST_F(Http, BeyondLoopbackWithoutTlsIsRefusedWithTheHint) {
  DeskOptions options;
  options.address = "0.0.0.0";
  Desk desk(loop_, metrics_, options, store_, {[](core::Request) { return true; }, [this] { return clock_.now(); }});
  const auto opened = desk.open();
  ASSERT_FALSE(opened);
  EXPECT_NE(opened.error().text().find("callwright tls init NAME"), std::string::npos) << opened.error().text();
}

TEST_F(Http, TlsServesAndSpeaksNoPlainHttp) {
  const auto made = runtime::init_local_ca(folder(), "localhost");
  ASSERT_TRUE(made) << made.error().text();
  DeskOptions options;
  options.tls_certificate = made->certificate.string();
  options.tls_key = made->key.string();
  start(options);
  EXPECT_EQ(desk_->url(), "https://127.0.0.1:" + std::to_string(desk_->port()));
  EXPECT_EQ(ask("GET", "/health").status, 0);
  const std::string out = over_tls(desk_->port(), made->ca_certificate, "GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  EXPECT_NE(out.find("{\"status\":\"ok\"}"), std::string::npos) << out;
  EXPECT_NE(out.find("Strict-Transport-Security"), std::string::npos);
}

}  // namespace
}  // namespace callwright::desktop::tests
