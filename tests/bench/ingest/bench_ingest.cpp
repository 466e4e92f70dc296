// What reading a switch's bytes costs. README.md has the measurements.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <exception>

#include "tests/bench/ingest/ingest.hpp"

namespace {

using namespace callwright::bench;
namespace bench = callwright::bench;

struct Codec {
  const char* name;
  Subject (*make)();
};
constexpr std::array kCodecs = {Codec{"ami", bench::ami}, Codec{"esl", bench::esl}, Codec{"esl_plain", bench::esl_plain}, Codec{"esl_dom", bench::esl_dom}, Codec{"sip", bench::sip}};

std::uint64_t sink = 0;

double seconds(const Pass& pass, int times) {
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < times; ++i) sink += pass();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count() / times;
}

double middle(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

/// A round of either lasts some 20 ms, so that the clock does not matter.
void measure(const Subject& subject, int rounds) {
  const auto times = [](const Pass& pass) { return std::max(1, static_cast<int>(0.02 / seconds(pass, 1))); };
  const int reads = times(subject.read), passes = times(subject.baseline);
  std::vector<double> read, baseline;
  for (int i = 0; i < rounds; ++i) {
    read.push_back(seconds(subject.read, reads));
    baseline.push_back(seconds(subject.baseline, passes));
  }
  const std::uint64_t before = allocations();
  sink += subject.read();
  const double taken = static_cast<double>(allocations() - before) / static_cast<double>(subject.messages);
  const double megabytes = static_cast<double>(subject.bytes) / 1e6, value = megabytes / middle(read), base = megabytes / middle(baseline);
  fmt::print(
      R"({{"bench":"ingest","codec":"{}","bytes":{},"messages":{},"ns_per_message":{:.0f},"allocations":{:.3f},"value":{:.0f},"baseline":{:.0f},"ratio":{:.3f}}})"
      "\n",
      subject.codec, subject.bytes, subject.messages, middle(read) * 1e9 / static_cast<double>(subject.messages), taken, value, base, value / base);
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"What reading a switch's bytes costs"};
  std::string only;
  int rounds = 21;
  app.add_option("--only", only, "one codec");
  app.add_option("--rounds", rounds, "of each")->check(CLI::Range(1, 10'000));
  CLI11_PARSE(app, argc, argv);
  try {
    bool found = false;
    for (const Codec& codec : kCodecs) {
      if (!only.empty() && only != codec.name) continue;
      found = true;
      measure(codec.make(), rounds);
    }
    if (!found) std::fprintf(stderr, "bench_ingest: no codec '%s'\n", only.c_str());
    return found && sink != 1 ? 0 : 1;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench_ingest: %s\n", error.what());
    return 1;
  }
}
