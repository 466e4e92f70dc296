#pragma once
#include <chrono>
#include <string>

namespace callwright::server {

/// How far long work is, on standard error: on a terminal in place, at most each tenth of a second; elsewhere a line each ten seconds of work that
/// takes longer. One thread at a time.
class Progress {
 public:
  Progress();
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void say(const std::string& how_far);

 private:
  const bool is_terminal_;
  bool shown_ = false;
  std::chrono::steady_clock::time_point last_;
};

}  // namespace callwright::server
