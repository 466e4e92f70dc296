#include "server/watchdog.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>

#include "server/service_manager.hpp"

namespace callwright::server {
namespace {

using namespace std::chrono_literals;
using Change = Silence::Change;

struct SilenceTest : testing::Test {
  /// Looks every 100 ms for `time` at a core that turns or does not; what changed, or none.
  Change pass(Duration time, bool turning) {
    Change seen = Change::none;
    for (const Instant until = now + time; now < until;) {
      now = now + 100ms;
      if (turning) last_turn = now;
      if (const Change change = silence.look(now, last_turn); change != Change::none) {
        EXPECT_EQ(seen, Change::none) << "told twice";
        seen = change;
      }
    }
    return seen;
  }

  Instant now{1'000'000'000};
  Instant last_turn = now;
  Silence silence{now};
};

TEST_F(SilenceTest, ACoreThatTurnsIsNeverSilent) { EXPECT_EQ(pass(60s, true), Change::none); }

TEST_F(SilenceTest, TwoSecondsOfSilenceAreToldOnceAndSoIsTheRecovery) {
  pass(5s, true);
  EXPECT_EQ(pass(2s, false), Change::none);
  EXPECT_EQ(pass(60s, false), Change::silent);
  EXPECT_TRUE(silence.silent());
  EXPECT_EQ(pass(60s, true), Change::recovered);
  EXPECT_EQ(pass(60s, false), Change::silent) << "and again";
}

TEST_F(SilenceTest, AfterASuspendedMachineTheCoreHasItsTwoSeconds) {
  pass(5s, true);
  now = now + 1h;
  EXPECT_EQ(silence.look(now, last_turn), Change::none);
  EXPECT_EQ(pass(1900ms, false), Change::none);
  EXPECT_EQ(pass(300ms, false), Change::silent);
}

TEST_F(SilenceTest, AMachineSuspendedDuringSilenceIsNoRecovery) {
  pass(3s, false);
  ASSERT_TRUE(silence.silent());
  now = now + 1h;
  EXPECT_EQ(silence.look(now, last_turn), Change::none);
  EXPECT_TRUE(silence.silent());
  EXPECT_EQ(pass(1s, true), Change::recovered);
}

/// systemd's end of NOTIFY_SOCKET.
struct Manager {
  explicit Manager(std::string name)
      : address("@callwright-test-" + name + std::to_string(::getpid())), handle(::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0)) {
    sockaddr_un at{};
    at.sun_family = AF_UNIX;
    std::memcpy(at.sun_path + 1, address.data() + 1, address.size() - 1);
    if (::bind(handle, reinterpret_cast<sockaddr*>(&at), static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address.size())) != 0) handle = -1;
  }
  ~Manager() { ::close(handle); }
  std::string heard() const {
    char text[64];
    const auto size = ::recv(handle, text, sizeof text, 0);
    return size < 0 ? "" : std::string(text, static_cast<std::size_t>(size));
  }
  std::string address;
  int handle;
};

TEST(ServiceManager, HearsThatWeAreReadyAndThatWeTurnOnceASecond) {
  const Manager manager("turns");
  ServiceManager service(manager.address);
  service.ready();
  EXPECT_EQ(manager.heard(), "READY=1");
  Instant now{5'000'000};
  service.alive(now);
  service.alive(now + 999ms);
  EXPECT_EQ(manager.heard(), "WATCHDOG=1");
  EXPECT_EQ(manager.heard(), "");
  service.alive(now + 1s);
  EXPECT_EQ(manager.heard(), "WATCHDOG=1");
  service.stopping();
  EXPECT_EQ(manager.heard(), "STOPPING=1");
}

TEST(ServiceManager, NobodyWhoListensIsNoFault) {
  for (const std::string& address : {std::string(), std::string("@nobody-is-here"), std::string("relative"), "/" + std::string(200, 'x')}) {
    ServiceManager service(address);
    service.ready();
    service.alive(Instant{5'000'000});
  }
}

}  // namespace
}  // namespace callwright::server
