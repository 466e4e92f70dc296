// The socket of a link, against a switch on loopback that behaves well and badly.
#include "cti/link/stream_link.hpp"

#include <gmock/gmock.h>

#include <boost/asio.hpp>
#include <functional>
#include <future>
#include <mutex>
#include <thread>

#include "runtime/clock.hpp"
#include "runtime/event_loop.hpp"
#include "tests/unit/cti_link/talk_machine.hpp"

namespace callwright::cti::link {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using testing::Contains;
using testing::ElementsAre;

/// Accepts connections one after the other and does with each what the test says.
class TalkSwitch {
 public:
  using Serve = std::function<void(tcp::socket&)>;

  explicit TalkSwitch(std::vector<Serve> each) : acceptor_(context_, {asio::ip::address_v4::loopback(), 0}) {
    thread_ = std::thread([this, each = std::move(each)] {
      for (const Serve& serve : each) {
        boost::system::error_code error;
        tcp::socket socket = acceptor_.accept(error);
        if (error) return;
        serve(socket);
      }
    });
  }
  ~TalkSwitch() { thread_.join(); }
  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

  static std::string read_line(tcp::socket& socket) {
    std::string line;
    for (char c = 0; c != '\n';) {
      boost::system::error_code error;
      if (asio::read(socket, asio::buffer(&c, 1), error) != 1) return line;
      line += c;
    }
    return line;
  }
  static void say(tcp::socket& socket, const std::string& text) {
    boost::system::error_code error;
    asio::write(socket, asio::buffer(text), error);
  }
  /// Signs it in, lists one leg, and goes on with `then`.
  static Serve willing(Serve then) {
    return [then = std::move(then)](tcp::socket& socket) {
      read_line(socket);
      say(socket, "welcome\n");
      read_line(socket);
      say(socket, "leg a\nend\n");
      then(socket);
    };
  }
  static void wait_for_end(tcp::socket& socket) {
    while (!read_line(socket).empty()) {
    }
  }

 private:
  asio::io_context context_;
  tcp::acceptor acceptor_;
  std::thread thread_;
};

struct LinkBench {
  explicit LinkBench(std::uint16_t port) {
    model::LinkCallbacks callbacks;
    callbacks.event = [this](model::SwitchEvent event) {
      std::lock_guard lock(mutex);
      const std::string line = model::line(event.body);
      if (!takes(line)) return false;
      events.push_back(line);
      if (until && line.starts_with(*until)) {
        until.reset();
        seen.set_value();
      }
      return true;
    };
    link = std::make_unique<StreamLink>(loop, clock, Address{"127.0.0.1", port, false}, std::make_unique<TalkMachine>(), callbacks);
    loop.start();
  }
  ~LinkBench() {
    std::promise<void> done;
    loop.post([&] { link->stop([&] { done.set_value(); }); });
    done.get_future().wait();
    loop.post([this] { link.reset(); });
    loop.stop();
    loop.join();
  }
  void run_until(std::string event) {
    std::future<void> come;
    {
      std::lock_guard lock(mutex);
      until = std::move(event);
      seen = {};
      come = seen.get_future();
    }
    loop.post([this] { link->start(); });
    come.wait();
  }

  runtime::Clock clock;
  runtime::EventLoop loop{"links"};
  std::unique_ptr<StreamLink> link;
  std::mutex mutex;
  std::function<bool(const std::string&)> takes = [](const std::string&) { return true; };  ///< the core
  std::vector<std::string> events;
  std::optional<std::string> until;
  std::promise<void> seen;
};

TEST(StreamLink, SpeaksWithItsSwitchAndComesBackAfterItsEnd) {
  TalkSwitch sw(
      {TalkSwitch::willing([](tcp::socket& socket) { TalkSwitch::say(socket, "new b\n"); }), TalkSwitch::willing(TalkSwitch::wait_for_end)});
  LinkBench bench(sw.port());
  bench.run_until("lost");
  bench.run_until("snapshot");
  EXPECT_THAT(bench.events, ElementsAre("opened 3", "snapshot [a  unknown unknown]", "made b  unknown", "lost: closed by the switch", "opened 3",
                                        "snapshot [a  unknown unknown]"));
}

TEST(StreamLink, AMessageMayComeInAnyPieces) {
  TalkSwitch sw({TalkSwitch::willing([](tcp::socket& socket) {
    for (const char c : std::string("new b\nnew c\n")) TalkSwitch::say(socket, std::string(1, c));
    TalkSwitch::wait_for_end(socket);
  })});
  LinkBench bench(sw.port());
  bench.run_until("made c");
  EXPECT_THAT(bench.events, Contains("made b  unknown"));
}

TEST(StreamLink, ACoreThatTakesNothingHearsOfTheEndFirst) {
  TalkSwitch sw({TalkSwitch::willing([](tcp::socket& socket) {
    TalkSwitch::say(socket, "new b\n");
    TalkSwitch::wait_for_end(socket);
  })});
  LinkBench bench(sw.port());
  int ends = 0;
  bench.takes = [&](const std::string& event) { return event.starts_with("lost: ") && ++ends == 2; };
  bench.run_until("lost: inbound limit reached");
  EXPECT_THAT(bench.events, ElementsAre("lost: inbound limit reached"));
}

TEST(StreamLink, ASwitchThatDoesNotReadIsLeft) {
  std::promise<void> over;
  TalkSwitch sw({TalkSwitch::willing([&](tcp::socket&) { over.get_future().wait(); })});
  LinkBench bench(sw.port());
  bench.run_until("snapshot");
  bench.loop.post([&] {
    for (int i = 0; i < 2'000; ++i) {
      model::Command command;
      command.contact = ContactId{i + 1};
      command.body = model::Ring{.device = std::string(10'000, 'x'), .offer = OfferId{1}};
      bench.link->send(command);
    }
  });
  bench.run_until("lost: the switch does not read");
  over.set_value();
}

TEST(StreamLink, NobodyThereIsToldAndTriedAgain) {
  std::uint16_t port = 0;
  {
    asio::io_context context;
    tcp::acceptor acceptor(context, {asio::ip::address_v4::loopback(), 0});
    port = acceptor.local_endpoint().port();
  }
  LinkBench bench(port);
  bench.run_until("lost: connect");
}

}  // namespace
}  // namespace callwright::cti::link
