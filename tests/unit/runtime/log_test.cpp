#include "runtime/log.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <thread>

#include "runtime/thread_name.hpp"

namespace callwright::runtime::log {
namespace {

TEST(Log, OneEventIsOneLineOfPairs) {
  EXPECT_EQ(format("contact_opened", {{"contact", ContactId{77}}, {"queue", QueueId{"repairs"}}, {"us", Duration{5}}, {"ok", true}}),
            "event=contact_opened contact=77 queue=repairs us=5 ok=true");
}

TEST(Log, ValuesFromOutsideCannotForgeALine) {
  EXPECT_EQ(format("e", {{"v", "a b"}}), "event=e v=\"a b\"");
  EXPECT_EQ(format("e", {{"v", "x\nlevel=error \"y\" \\ \x01"}}), "event=e v=\"x\\nlevel=error \\\"y\\\" \\\\ \\x01\"");
  EXPECT_EQ(format("e", {{"v", ""}}), "event=e v=\"\"");
  EXPECT_EQ(format("e", {{"v", "a=b"}}), "event=e v=\"a=b\"");
}

TEST(Log, LongValuesAreCut) {
  EXPECT_EQ(format("e", {{"v", std::string(512, 'x')}}).size(), std::string("event=e v=").size() + 512);
  EXPECT_EQ(format("e", {{"v", std::string(513, 'x')}}), "event=e v=\"" + std::string(512, 'x') + "...\"");
}

TEST(LogDeathTest, LinesGoToStandardErrorWithTheNameOfTheirThreadAndAreAllThereAtTheExit) {
  EXPECT_EXIT(
      {
        start(Level::info);
        debug("too_low");
        std::thread([] {
          name_thread("core");
          for (int i = 1; i <= 1000; ++i) info("line", {{"n", i}});
        }).join();
        std::exit(0);
      },
      testing::ExitedWithCode(0), "^[0-9-]{10}T[0-9:.]{15}Z level=info thread=core event=line n=1\n(.*\n){998}.*event=line n=1000\n$");
}

TEST(LogDeathTest, AReaderThatStallsHoldsNobodyUpAndTheLinesItLostAreCounted) {
  EXPECT_EXIT(
      {
        alarm(60);
        int pipe[2];
        if (::pipe(pipe) != 0) _exit(1);
        dup2(pipe[1], STDERR_FILENO);  // nobody reads it
        start(Level::info);
        for (int i = 0; i < 20'000; ++i) info("line", {{"n", i}});
        const bool counted = dropped() > 8'000 && dropped() < 20'000;
        const bool waited = !flush(std::chrono::milliseconds(20));
        std::exit(counted && waited ? 0 : 1);
      },
      testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace callwright::runtime::log
