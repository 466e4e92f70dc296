#include "server/progress.hpp"

#include <unistd.h>

#include <cstdio>

namespace callwright::server {
namespace {

constexpr auto kOften = std::chrono::milliseconds(100);
constexpr auto kLong = std::chrono::milliseconds(10'000);  ///< from then on progress is said also where nobody may be looking

}  // namespace

Progress::Progress() : is_terminal_(isatty(STDERR_FILENO) != 0), last_(std::chrono::steady_clock::now()) {}

Progress::~Progress() {
  if (shown_ && is_terminal_) std::fputs("\r\x1b[K", stderr);
}

void Progress::say(const std::string& how_far) {
  const auto now = std::chrono::steady_clock::now();
  if (now - last_ < (is_terminal_ ? kOften : kLong)) return;
  last_ = now;
  shown_ = true;
  std::fprintf(stderr, is_terminal_ ? "\r%s\x1b[K" : "%s\n", how_far.c_str());
}

}  // namespace callwright::server
