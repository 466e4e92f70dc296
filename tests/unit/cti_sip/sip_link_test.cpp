// The sockets of the link, against callers on loopback that behave well and badly.
#include "cti/sip/sip_link.hpp"

#include <gmock/gmock.h>

#include <boost/asio.hpp>
#include <condition_variable>
#include <functional>
#include <future>
#include <mutex>

#include "cti/model/event_line.hpp"
#include "runtime/clock.hpp"
#include "runtime/event_loop.hpp"
#include "tests/unit/cti_sip/bench_server.hpp"
#include "tests/unit/cti_sip/sample.hpp"

namespace callwright::cti::sip::test {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using asio::ip::udp;
using testing::Contains;
using testing::HasSubstr;
using testing::StartsWith;

const auto kLoopback = asio::ip::address_v4::loopback();

/// A link that listens on loopback and a core that parks whoever asks for a route.
class LinkBench {
 public:
  explicit LinkBench(Settings settings = loopback_settings()) {
    model::LinkCallbacks callbacks;
    callbacks.event = [this](model::SwitchEvent event) {
      std::lock_guard lock(mutex_);
      const std::string line = model::line(event.body);
      if (refuse_ && line.starts_with(*refuse_)) {
        refuse_.reset();
        return false;
      }
      if (const auto* asked = std::get_if<model::RouteAsked>(&event.body)) caller_ = asked->native_id;
      events_.push_back(line);
      come_.notify_all();
      return true;
    };
    auto machine = std::make_unique<Machine>(std::move(settings), link::Identity{SwitchId{"sbc"}, "sbc", 7, 1},
                                             link::Patience{.first_retry = std::chrono::milliseconds(1), .last_retry = std::chrono::milliseconds(1)});
    link = std::make_unique<SipLink>(loop, clock, "127.0.0.1", 0, std::move(machine), std::move(callbacks));
    loop.start();
    on_loop([this] {
      link->start();
      link->accepting(true);
      port = link->port();
    });
  }
  ~LinkBench() {
    stop();
    on_loop([this] { link.reset(); });
    loop.stop();
    loop.join();
  }
  void stop() {
    std::promise<void> done;
    loop.post([&] { link->stop([&] { done.set_value(); }); });
    done.get_future().wait();
  }
  void on_loop(const std::function<void()>& work) {
    std::promise<void> done;
    loop.post([&] {
      work();
      done.set_value();
    });
    done.get_future().wait();
  }
  void command(model::CommandBody body) {
    model::Command command;
    command.contact = ContactId{5};
    command.epoch = 7;
    command.body = std::move(body);
    on_loop([&] { link->send(command); });
  }
  /// Waits for an event that begins so, the `n`th of its kind.
  void wait_for(const std::string& start, std::ptrdiff_t n = 1) {
    std::unique_lock lock(mutex_);
    come_.wait(lock, [&] { return std::ranges::count_if(events_, [&](const std::string& line) { return line.starts_with(start); }) >= n; });
  }
  std::string caller() {
    std::lock_guard lock(mutex_);
    return caller_;
  }
  std::vector<std::string> events() {
    std::lock_guard lock(mutex_);
    return events_;
  }
  /// The core does not take the next event that begins so.
  void refuse(const std::string& start) {
    std::lock_guard lock(mutex_);
    refuse_ = start;
  }
  static Settings loopback_settings() {
    Settings settings = usual_settings();
    settings.trusted = {"127.0.0.0/8"};
    settings.timers.t1 = std::chrono::milliseconds(20);
    return settings;
  }

  runtime::Clock clock;
  runtime::EventLoop loop{"links"};
  std::unique_ptr<SipLink> link;
  std::uint16_t port = 0;

 private:
  std::mutex mutex_;
  std::condition_variable come_;
  std::vector<std::string> events_;
  std::optional<std::string> refuse_;
  std::string caller_;
};

struct UdpCaller {
  explicit UdpCaller(std::uint16_t port) : to(kLoopback, port), socket(context, udp::endpoint(kLoopback, 0)) {}
  void say(const std::string& bytes) { socket.send_to(asio::buffer(bytes), to); }
  std::string hear() {
    std::string buffer(65536, '\0');
    buffer.resize(socket.receive(asio::buffer(buffer)));
    return buffer;
  }
  /// The sample, with answers to the port that it comes from.
  std::string invite() const {
    return message(with(invite_lines(), "Via: SIP/2.0/UDP", "Via: SIP/2.0/UDP 127.0.0.1;rport;branch=z9hG4bK1"), invite_body());
  }
  asio::io_context context;
  udp::endpoint to;
  udp::socket socket;
};

struct TcpCaller {
  explicit TcpCaller(std::uint16_t port) : socket(context) { socket.connect({kLoopback, port}); }
  void say(const std::string& bytes) { asio::write(socket, asio::buffer(bytes)); }
  /// The next message; empty: the other side has closed.
  std::string hear() {
    for (;;) {
      if (const auto message = framing.next()) return std::string(*message);
      std::string buffer(65536, '\0');
      boost::system::error_code error;
      const std::size_t size = socket.read_some(asio::buffer(buffer), error);
      if (error) return {};
      framing.add(std::string_view(buffer).substr(0, size));
    }
  }
  static std::string invite(const std::string& branch = "z9hG4bK1", const std::string& cseq = "1") {
    const auto lines =
        with(with(invite_lines(), "Via: SIP/2.0/UDP", "Via: SIP/2.0/TCP 127.0.0.1;branch=" + branch), "CSeq", "CSeq: " + cseq + " INVITE");
    return message(lines, invite_body().substr(0, 129));
  }
  asio::io_context context;
  tcp::socket socket;
  Framing framing;
};

TEST(SipLinkSocket, ACallerOverUdpWaitsAndIsSentOn) {
  LinkBench bench;
  UdpCaller caller(bench.port);
  caller.say(caller.invite());
  EXPECT_THAT(caller.hear(), StartsWith("SIP/2.0 100 Trying"));
  bench.wait_for("route ");
  bench.command(model::Park{bench.caller()});
  EXPECT_THAT(caller.hear(), StartsWith("SIP/2.0 182 Queued"));
  bench.command(model::Ring{"1001", bench.caller(), "", "", OfferId{6}, {}});
  EXPECT_THAT(caller.hear(), HasSubstr("Contact: <sip:1001@pbx.example.com;cw-leg=cw-5-6-7>"));
  EXPECT_THAT(caller.hear(), StartsWith("SIP/2.0 302 Moved")) << "again, because no ACK comes";
}

TEST(SipLinkSocket, ACallerOverTcpGetsEverythingOverHisConnection) {
  LinkBench bench;
  TcpCaller caller(bench.port);
  const std::string bytes = TcpCaller::invite();
  caller.say("\r\n\r\n" + bytes.substr(0, 100));
  caller.say(bytes.substr(100) + message({"OPTIONS sip:a@b SIP/2.0", "Via: SIP/2.0/TCP 127.0.0.1;branch=z9hG4bK2", "From: <sip:a@b>;tag=1",
                                          "To: <sip:a@b>", "Call-ID: x", "CSeq: 1 OPTIONS", "Content-Length: 0"}));
  EXPECT_THAT(caller.hear(), StartsWith("SIP/2.0 100 Trying"));
  EXPECT_THAT(caller.hear(), StartsWith("SIP/2.0 200 OK"));
  bench.wait_for("route ");
  bench.command(model::Park{bench.caller()});
  EXPECT_THAT(caller.hear(), StartsWith("SIP/2.0 182 Queued"));
  bench.command(model::Release{bench.caller()});
  EXPECT_THAT(caller.hear(), StartsWith("SIP/2.0 302 Moved"));
}

TEST(SipLinkSocket, AnAnswerFindsACallerWhoseConnectionIsGone) {
  LinkBench bench;
  asio::io_context context;
  tcp::acceptor acceptor(context, {kLoopback, 0});
  {
    TcpCaller caller(bench.port);
    std::string bytes = TcpCaller::invite();
    const std::string via = "SIP/2.0/TCP 127.0.0.1;";
    bytes.replace(bytes.find(via), via.size(), "SIP/2.0/TCP 127.0.0.1:" + std::to_string(acceptor.local_endpoint().port()) + ";");
    caller.say(bytes);
    EXPECT_THAT(caller.hear(), StartsWith("SIP/2.0 100 Trying"));
    caller.socket.shutdown(tcp::socket::shutdown_send);
    EXPECT_EQ(caller.hear(), "") << "we close too";
  }
  bench.wait_for("route ");
  bench.command(model::Park{bench.caller()});
  tcp::socket back = acceptor.accept();
  std::string start(11, '\0');
  asio::read(back, asio::buffer(start));
  EXPECT_EQ(start, "SIP/2.0 182");
}

TEST(SipLinkSocket, AStreamThatCannotBeCutAnyMoreIsClosed) {
  LinkBench bench;
  TcpCaller caller(bench.port);
  caller.say(
      message(with(with(invite_lines(), "Content-Length", "Content-Length: -1"), "Via: SIP/2.0/UDP", "Via: SIP/2.0/TCP 127.0.0.1;branch=z9hG4bK1")));
  EXPECT_THAT(caller.hear(), StartsWith("SIP/2.0 400 Bad Request"));
  EXPECT_EQ(caller.hear(), "");
}

TEST(SipLinkSocket, ACoreThatFallsBehindGetsASnapshotAndNobodyIsLost) {
  LinkBench bench;
  UdpCaller caller(bench.port);
  caller.say(caller.invite());
  bench.wait_for("route ");
  const std::string id = bench.caller();
  bench.refuse("queued ");
  bench.command(model::Park{id});
  bench.wait_for("lost: inbound limit reached");
  bench.wait_for("snapshot", 2);
  EXPECT_THAT(bench.events().back(), HasSubstr(id));
}

TEST(SipLinkSocket, AStopSendsWhoWaitsToTheFallback) {
  LinkBench bench;
  UdpCaller caller(bench.port);
  caller.say(caller.invite());
  EXPECT_THAT(caller.hear(), StartsWith("SIP/2.0 100 Trying"));
  bench.wait_for("route ");
  bench.stop();
  EXPECT_THAT(caller.hear(), HasSubstr("Contact: <sip:4000@10.0.0.9>"));
}

TEST(SipLinkSocket, APortThatIsTakenIsToldAndTriedAgain) {
  asio::io_context context;
  tcp::acceptor taken(context, {kLoopback, 0});
  runtime::Clock clock;
  runtime::EventLoop loop("links");
  std::vector<std::string> events;
  model::LinkCallbacks callbacks;
  callbacks.event = [&](model::SwitchEvent event) {
    events.push_back(model::line(event.body));
    return true;
  };
  auto link =
      std::make_unique<SipLink>(loop, clock, "127.0.0.1", taken.local_endpoint().port(),
                                std::make_unique<Machine>(LinkBench::loopback_settings(), link::Identity{SwitchId{"sbc"}, "sbc", 7, 1}), callbacks);
  link->start();
  ASSERT_EQ(events.size(), 1u);
  EXPECT_THAT(events[0], StartsWith("lost: cannot be reached: TCP 127.0.0.1:"));
  EXPECT_EQ(link->port(), 0);
  EXPECT_TRUE(link->machine().next_wake());
  bool stopped = false;
  link->stop([&] { stopped = true; });
  loop.run_ready();
  EXPECT_TRUE(stopped);
  link.reset();
  loop.run_ready();
}

}  // namespace
}  // namespace callwright::cti::sip::test
