#include "runtime/log.hpp"

#include <poll.h>
#include <pthread.h>
#include <spdlog/async.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <thread>

#include "runtime/thread_name.hpp"

namespace callwright::runtime::log {
namespace {

constexpr std::size_t kValueLimit = 512;
constexpr std::size_t kLineLimit = 8'192;
constexpr Duration kExitLimit = std::chrono::seconds(1);

spdlog::level::level_enum spdlog_level(Level level) {
  switch (level) {
    case Level::debug: return spdlog::level::debug;
    case Level::info: return spdlog::level::info;
    case Level::warn: return spdlog::level::warn;
    case Level::error: return spdlog::level::err;
    case Level::off: return spdlog::level::off;
  }
  return spdlog::level::off;
}

std::string_view level_name(Level level) {
  constexpr std::array<std::string_view, 5> names{"debug", "info", "warn", "error", "off"};
  return names[static_cast<std::size_t>(level)];
}

/// Standard error, a line a write. Only the log's own thread waits here for a reader that stalls.
class StderrSink final : public spdlog::sinks::base_sink<spdlog::details::null_mutex> {
 public:
  std::uint64_t written() const { return written_.load(); }

 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    spdlog::memory_buf_t line;
    formatter_->format(message, line);
    for (std::size_t at = 0; at < line.size();) {
      const ssize_t size = ::write(STDERR_FILENO, line.data() + at, line.size() - at);
      if (size >= 0) at += static_cast<std::size_t>(size);
      else if (errno == EAGAIN) wait_for_room();
      else if (errno != EINTR) break;
    }
    ++written_;
  }
  void flush_() override {}

 private:
  static void wait_for_room() {
    pollfd room{STDERR_FILENO, POLLOUT, 0};
    (void)::poll(&room, 1, -1);
  }

  std::atomic<std::uint64_t> written_ = 0;
};

/// The queue of lines and the thread that writes them.
class Lines {
 public:
  /// Never destroyed: other threads may log until the process ends.
  static Lines& instance() {
    static Lines* const lines = new Lines;
    return *lines;
  }

  void put(spdlog::level::level_enum level, const std::string& line) {
    ++put_;
    logger_->log(level, "{}", line);
  }
  bool flush(Duration limit) const {
    const auto until = std::chrono::steady_clock::now() + limit;
    while (sink_->written() + dropped() < put_) {
      if (std::chrono::steady_clock::now() >= until) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return true;
  }
  std::uint64_t dropped() const { return threads_->overrun_counter(); }

 private:
  Lines() {
    logger_->set_formatter(std::make_unique<spdlog::pattern_formatter>("%Y-%m-%dT%H:%M:%S.%fZ %v", spdlog::pattern_time_type::utc));
    logger_->set_level(spdlog::level::trace);
    std::atexit([] { (void)instance().flush(kExitLimit); });
  }

  const std::shared_ptr<StderrSink> sink_ = std::make_shared<StderrSink>();
  const std::shared_ptr<spdlog::details::thread_pool> threads_ = std::make_shared<spdlog::details::thread_pool>(kLineLimit, 1, [] { name_thread("log"); });
  const std::shared_ptr<spdlog::async_logger> logger_ =
      std::make_shared<spdlog::async_logger>("callwright", sink_, threads_, spdlog::async_overflow_policy::overrun_oldest);
  std::atomic<std::uint64_t> put_ = 0;
};

std::atomic<Level> least = Level::off;

bool is_plain(unsigned char c) { return c > 0x20 && c < 0x7F && c != '"' && c != '=' && c != '\\'; }

void append_escaped(std::string& line, unsigned char c) {
  constexpr std::string_view hex = "0123456789abcdef";
  if (c == '"' || c == '\\') {
    line += '\\';
    line += static_cast<char>(c);
  } else if (c == '\n') {
    line += "\\n";
  } else if (c < 0x20 || c == 0x7F) {
    line += "\\x";
    line += hex[c >> 4];
    line += hex[c & 15];
  } else {
    line += static_cast<char>(c);
  }
}

void append_value(std::string& line, std::string_view value) {
  const bool cut = value.size() > kValueLimit;
  if (cut) value = value.substr(0, kValueLimit);
  bool plain = !value.empty() && !cut;
  for (unsigned char c : value) plain = plain && is_plain(c);
  if (plain) {
    line += value;
    return;
  }
  line += '"';
  for (unsigned char c : value) append_escaped(line, c);
  if (cut) line += "...";
  line += '"';
}

std::string thread_name() {
  std::array<char, 16> name{};
  pthread_getname_np(pthread_self(), name.data(), name.size());
  return name.data();
}

}  // namespace

void start(Level level) {
  if (level != Level::off) (void)Lines::instance();
  least = level;
}

std::uint64_t dropped() { return least == Level::off ? 0 : Lines::instance().dropped(); }
bool flush(Duration limit) { return least == Level::off || Lines::instance().flush(limit); }

Level level_of(std::string_view name) {
  for (Level level : {Level::debug, Level::info, Level::warn, Level::error, Level::off})
    if (level_name(level) == name) return level;
  return Level::info;
}

std::string format(std::string_view event, Fields fields) {
  std::string line = "event=";
  append_value(line, event);
  for (const Field& field : fields) {
    line += ' ';
    line += field.key();
    line += '=';
    append_value(line, field.value());
  }
  return line;
}

void write(Level level, std::string_view event, Fields fields) {
  if (level == Level::off || level < least.load(std::memory_order_relaxed)) return;
  std::string line = "level=";
  line += level_name(level);
  line += " thread=";
  append_value(line, thread_name());
  line += ' ';
  line += format(event, fields);
  Lines::instance().put(spdlog_level(level), line);
}

}  // namespace callwright::runtime::log
