#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <filesystem>

#include "cti/feed/codec.hpp"
#include "cti/feed/feed_server.hpp"
#include "runtime/metrics.hpp"
#include "runtime/tls.hpp"
#include "sim/switch/switch_client.hpp"

/// The feed over real sockets on loopback: server and simulated switch on one loop that the test turns.
namespace callwright::sim {
namespace {

namespace model = cti::model;
namespace feed = cti::feed;
using std::chrono::seconds;
using ::testing::HasSubstr;

constexpr Instant kStart{1'800'007'200'000'000};

struct Line {
  explicit Line(std::shared_ptr<boost::asio::ssl::context> server_side = nullptr, std::size_t room = 1'000'000) : room(room) {
    feed::FeedServerConfig config;
    config.switches = {{{"north"}, "s3cret"}};
    config.epoch = 7;
    config.tls = std::move(server_side);
    server = std::make_unique<feed::FeedServer>(
        loop, std::move(config),
        model::LinkCallbacks{.event =
                                 [this](model::SwitchEvent event) {
                                   if (events.size() >= this->room) return false;
                                   events.push_back(std::move(event));
                                   return true;
                                 },
                             .declared = [this](const SwitchId&, const model::Capabilities& can) { declared = can; }},
        [this] { return now; }, std::map<std::string, std::int64_t>{});
    const auto listening = server->listen();
    EXPECT_TRUE(listening.has_value()) << listening.error().text();
    link = server->links().at(0);
  }
  ~Line() {
    bool switch_gone = !client, server_gone = false;
    if (client) client->stop([&] { switch_gone = true; });
    server->stop([&] { server_gone = true; });
    EXPECT_TRUE(turn([&] { return switch_gone && server_gone; }));
  }

  void call_in(const std::string& token = "s3cret", std::shared_ptr<boost::asio::ssl::context> tls = nullptr) {
    SwitchClientConfig config;
    config.port = std::to_string(server->port());
    config.tls = std::move(tls);
    config.peer.name = "north";
    config.peer.token = token;
    config.boot_epoch = 41;
    config.options.first_call_after = {};
    config.options.calls_per_minute = 1e-6;
    config.options.devices = {{"1001", true}};
    config.options.private_calls_per_hour = 0;
    client = std::make_unique<SwitchClient>(loop, std::move(config), [this] { return now; });
    client->start();
  }

  /// Turns the loop until `done`; false if that takes longer than any machine needs.
  template <class Done>
  bool turn(Done done) {
    for (int rounds = 0; rounds < 2000 && !done(); ++rounds) loop.context().run_one_for(std::chrono::milliseconds(20));
    return done();
  }
  template <class T>
  std::size_t seen() const {
    return static_cast<std::size_t>(std::count_if(events.begin(), events.end(), [](const auto& e) { return std::holds_alternative<T>(e.body); }));
  }

  runtime::EventLoop loop{"links"};
  Instant now = kStart;
  std::size_t room;
  std::vector<model::SwitchEvent> events;
  model::Capabilities declared;
  std::unique_ptr<feed::FeedServer> server;
  model::Link* link = nullptr;
  std::unique_ptr<SwitchClient> client;
};

TEST(Loopback, ACallTravelsToTheServerAndCommandsTravelBack) {
  Line line;
  line.link->start();
  line.link->accepting(true);
  line.call_in();
  // The first caller rang before the connection was up: the switch served him by itself. He is in the resumed events.
  ASSERT_TRUE(line.turn([&] { return line.seen<model::Snapshot>() == 1; }));
  EXPECT_TRUE(std::holds_alternative<model::LinkOpened>(line.events.at(0).body));
  EXPECT_TRUE(std::holds_alternative<model::LegCreated>(line.events.at(1).body));
  EXPECT_EQ(line.declared, (model::Capabilities{.observe = true, .control = true, .route = true, .answer = true, .play = true, .dial = true}));
  EXPECT_TRUE(line.client->connected());

  line.link->send({.id = {1, 1, 0},
                   .switch_id = {"north"},
                   .contact = ContactId{5},
                   .epoch = 7,
                   .deadline = kStart + seconds(3),
                   .body = model::Ring{.device = "1001", .caller_native_id = "in-1", .offer = OfferId{6}, .timeout = seconds(20)}});
  ASSERT_TRUE(line.turn([&] { return line.seen<model::LegCreated>() == 2; }));
  const auto& ringing = std::get<model::LegCreated>(
      std::find_if(line.events.rbegin(), line.events.rend(), [](const auto& e) { return std::holds_alternative<model::LegCreated>(e.body); })->body);
  EXPECT_EQ(ringing.tokens, (model::Tokens{ContactId{5}, OfferId{6}, 7}));
}

TEST(Loopback, ALinkThatLostCommandsComesBackWithASnapshot) {
  Line line;
  line.link->start();
  line.call_in();
  ASSERT_TRUE(line.turn([&] { return line.seen<model::Snapshot>() == 1; }));
  line.link->reconnect();
  ASSERT_TRUE(line.turn([&] { return line.seen<model::Snapshot>() == 2; }));
  EXPECT_EQ(line.seen<model::LinkLost>(), 1U);
  EXPECT_TRUE(line.turn([&] { return line.link->idle(); }));
}

TEST(Loopback, ASwitchIsTurnedAwayUntilItsLinkStartsAndWithAWrongTokenForEver) {
  Line line;
  line.call_in();
  ASSERT_TRUE(line.turn([&] { return line.server->counters()[feed::Count::refused] > 0; }));
  EXPECT_TRUE(line.events.empty());
  line.link->start();
  ASSERT_TRUE(line.turn([&] { return line.seen<model::Snapshot>() == 1; }));

  Line other;
  other.link->start();
  other.call_in("wrong");
  ASSERT_TRUE(other.turn([&] { return other.server->counters()[feed::Count::refused] > 0; }));
  EXPECT_TRUE(other.events.empty());
}

TEST(Loopback, WhenTheCoreHasNoRoomTheConnectionIsClosedAndNothingIsLost) {
  Line line(nullptr, 2);
  line.link->start();
  line.call_in();
  ASSERT_TRUE(line.turn([&] { return line.server->counters()[feed::Count::overloaded] > 0; }));
  EXPECT_EQ(line.events.size(), 2u);
  line.room = 1'000'000;
  ASSERT_TRUE(line.turn([&] { return line.seen<model::Snapshot>() == 1; }));
  // Opened, one event | lost | opened, the rest from where it stopped; the snapshot that was not taken comes again as a new one.
  std::int64_t last = 0;
  for (const auto& event : line.events) {
    if (event.source.name != "feed:north/41") continue;
    EXPECT_GT(std::stoll(event.source.id), last);
    last = std::stoll(event.source.id);
  }
  EXPECT_EQ(line.seen<model::LegCreated>(), 1u);
  EXPECT_EQ(line.seen<model::LegStateSeen>(), 1u);
  EXPECT_EQ(line.seen<model::LinkLost>() + 1, line.seen<model::LinkOpened>());
}

TEST(Loopback, AStoppedLinkSaysGoodbyeAndTheServerEndsWithNothingLeft) {
  Line line;
  line.link->start();
  line.call_in();
  ASSERT_TRUE(line.turn([&] { return line.seen<model::Snapshot>() == 1; }));
  bool gone = false;
  line.link->stop([&] { gone = true; });
  EXPECT_TRUE(line.turn([&] { return gone; }));
  EXPECT_EQ(line.seen<model::LinkLost>(), 1u);
}

TEST(Loopback, AStrangerWhoSendsRubbishIsToldAndCounted) {
  Line line;
  line.link->start();
  boost::asio::ip::tcp::socket stranger(line.loop.context());
  stranger.connect({boost::asio::ip::make_address("127.0.0.1"), line.server->port()});
  boost::asio::write(stranger, boost::asio::buffer(std::string("GET / HTTP/1.1\r\n\r\n")));
  ASSERT_TRUE(line.turn([&] { return line.server->counters()[feed::Count::oversized] == 1; }));
  std::string answer(4096, '\0');
  std::size_t size = 0;
  bool read = false;
  stranger.async_read_some(boost::asio::buffer(answer), [&](auto, std::size_t n) { size = n, read = true; });
  ASSERT_TRUE(line.turn([&] { return read; }));
  const auto notice = feed::decode_server(std::string_view(answer).substr(4, size - 4));
  ASSERT_TRUE(notice.has_value());
  EXPECT_EQ(std::get<feed::ErrorNotice>(*notice).code, feed::Errc::oversized);
  EXPECT_TRUE(line.events.empty());

  runtime::Metrics metrics;
  line.server->show_in(metrics);
  EXPECT_THAT(metrics.exposition(), HasSubstr("callwright_feed_total{what=\"oversized\"} 1"));
}

TEST(Loopback, WithTlsTheSameCallTravels) {
  const auto folder = std::filesystem::temp_directory_path() / ("callwright-feed-tls-" + std::to_string(::getpid()));
  const auto ca = runtime::init_local_ca(folder, "localhost");
  ASSERT_TRUE(ca.has_value());
  {
    auto server_side = runtime::server_tls(ca->certificate, ca->key);
    auto client_side = runtime::client_tls(ca->ca_certificate);
    ASSERT_TRUE(server_side && client_side);
    Line line(*server_side);
    line.link->start();
    line.call_in("s3cret", *client_side);
    EXPECT_TRUE(line.turn([&] { return line.seen<model::Snapshot>() == 1; }));
  }
  std::filesystem::remove_all(folder);
}

TEST(Loopback, BeyondLoopbackOnlyWithTls) {
  runtime::EventLoop loop("links");
  feed::FeedServerConfig config;
  config.address = "0.0.0.0";
  feed::FeedServer server(loop, std::move(config), {}, [] { return kStart; }, {});
  EXPECT_THAT(server.listen().error().text(), HasSubstr("TLS"));
}

}  // namespace
}  // namespace callwright::sim
