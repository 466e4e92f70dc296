#include "runtime/log.hpp"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <array>
#include <memory>
#include <mutex>

#include <pthread.h>

namespace callwright::runtime::log {
namespace {

constexpr std::size_t kValueLimit = 512;

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

spdlog::logger& logger() {
  static const auto instance = [] {
    auto sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
    auto made = std::make_shared<spdlog::logger>("callwright", std::move(sink));
    made->set_formatter(std::make_unique<spdlog::pattern_formatter>("%Y-%m-%dT%H:%M:%S.%fZ %v", spdlog::pattern_time_type::utc));
    made->set_level(spdlog::level::off);
    made->flush_on(spdlog::level::debug);
    return made;
  }();
  return *instance;
}

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

void start(Level level) { logger().set_level(spdlog_level(level)); }

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
  spdlog::logger& out = logger();
  const auto spd = spdlog_level(level);
  if (level == Level::off || !out.should_log(spd)) return;
  std::string line = "level=";
  line += level_name(level);
  line += " thread=";
  append_value(line, thread_name());
  line += ' ';
  line += format(event, fields);
  out.log(spd, "{}", line);
}

}  // namespace callwright::runtime::log
