#pragma once
#include <cstdint>

namespace callwright::bench {

/// The least that can be between a switch and a page: lines `P<page> <text>` from TCP, each text as a WebSocket frame to that page; all
/// other lines are read and dropped. Prints both ports on standard output and runs until it is killed.
[[noreturn]] void run_relay();

}  // namespace callwright::bench
