#include "server/terminal.hpp"

#include <absl/time/time.h>

#include <cstdio>

namespace callwright::server {

int refuse(const std::string& why) {
  std::fprintf(stderr, "callwright: %s\n", why.c_str());
  return 1;
}

std::string utc_text(Instant at) { return absl::FormatTime("%Y-%m-%d %H:%M:%SZ", absl::FromUnixMicros(at.us), absl::UTCTimeZone()); }

}  // namespace callwright::server
