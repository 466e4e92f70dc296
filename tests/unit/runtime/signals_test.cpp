#include "runtime/signals.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <optional>

#include "runtime/event_loop.hpp"

namespace callwright::runtime {
namespace {

using testing::ExitedWithCode;
using testing::KilledBySignal;

/// In a process of its own.
struct Program {
  EventLoop loop{"test"};
  int drains = 0;
  std::optional<Signals> signals{std::in_place, loop, [this] { ++drains; }};

  void hear() {
    for (int i = 0; i < 100 && drains == 0; ++i) loop.run_ready();
  }
};

TEST(SignalsDeathTest, TheFirstDrains) {
  EXPECT_EXIT(
      {
        Program program;
        raise(SIGTERM);
        program.hear();
        _exit(program.drains);
      },
      ExitedWithCode(1), "");
}

TEST(SignalsDeathTest, ASecondEndsTheProcessAtOnceWhileItDrains) {
  EXPECT_EXIT(
      {
        Program program;
        raise(SIGTERM);
        program.hear();
        raise(SIGINT);
        _exit(0);
      },
      ExitedWithCode(130), "");
}

TEST(SignalsDeathTest, ASecondEndsTheProcessAlsoWhenTheLoopHangs) {
  EXPECT_EXIT(
      {
        Program program;
        raise(SIGTERM);
        raise(SIGTERM);
        _exit(0);
      },
      ExitedWithCode(130), "");
}

TEST(SignalsDeathTest, ASecondEndsTheProcessAlsoAfterTheLinksHaveEnded) {
  EXPECT_EXIT(
      {
        Program program;
        raise(SIGTERM);
        program.hear();
        program.signals->close();
        program.loop.run_ready();
        raise(SIGTERM);
        _exit(0);
      },
      ExitedWithCode(130), "");
}

TEST(SignalsDeathTest, ASecondEndsTheProcessAlsoAtTheVeryEnd) {
  EXPECT_EXIT(
      {
        Program program;
        raise(SIGTERM);
        program.hear();
        program.signals.reset();
        raise(SIGTERM);
        _exit(0);
      },
      ExitedWithCode(130), "");
}

TEST(SignalsDeathTest, WithoutAnySignalTheEndGivesThemBack) {
  EXPECT_EXIT(
      {
        Program program;
        program.signals.reset();
        raise(SIGTERM);
        _exit(0);
      },
      KilledBySignal(SIGTERM), "");
}

}  // namespace
}  // namespace callwright::runtime
