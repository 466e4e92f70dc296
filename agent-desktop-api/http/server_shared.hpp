#pragma once
// Private to http/.
#include <chrono>
#include <unordered_set>

#include "agent-desktop-api/http/message.hpp"
#include "runtime/metrics.hpp"
#include "runtime/task_group.hpp"

namespace callwright::desktop {

class Connection;

/// What all connections of one server share. Outlives them: each holds it.
struct ServerShared {
  HttpHandler handler;
  runtime::TaskGroup* tasks = nullptr;  // alive while a task runs in it
  runtime::Metrics* metrics = nullptr;
  std::chrono::milliseconds header_wait;
  std::unordered_set<Connection*> connections;

  runtime::Gauge open_connections;
  runtime::Gauge open_sockets;
  runtime::Counter overflows;
  runtime::Counter sent_bytes;

  void bad_input(const char* kind) {
    metrics->counter("callwright_desk_bad_input_total", "Input of pages and other peers that was refused.", {{"kind", kind}}).add();
  }
};

}  // namespace callwright::desktop
