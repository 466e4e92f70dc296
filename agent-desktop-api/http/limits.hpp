#pragma once
#include <chrono>
#include <cstddef>

/// What one peer may cost us. Each limit has a counter (`callwright_desk_bad_input_total`) and a test at the limit.
namespace callwright::desktop::limits {

constexpr std::size_t kHeaderBytes = 16 * 1024;
constexpr std::size_t kBodyBytes = 256 * 1024;
constexpr std::size_t kFrameBytes = 64 * 1024;       ///< either way
constexpr std::size_t kHeadRoom = 256;               ///< of a frame: what stands around its body
constexpr std::size_t kSocketQueueBytes = 1024 * 1024;  ///< waiting to be written; beyond it: close 4408
constexpr std::size_t kTopicPauseBytes = 256 * 1024;    ///< a queue longer than this gets no topics until it is shorter
constexpr std::chrono::seconds kHeaderWait{30};      ///< keep-alive idleness included; idleness alone is not counted
constexpr std::chrono::seconds kBodyWait{15};
constexpr std::chrono::seconds kWriteWait{30};
constexpr std::chrono::seconds kHandlerWait{10};
constexpr std::chrono::seconds kCloseWait{5};
constexpr std::chrono::seconds kHandshakeWait{10};

}  // namespace callwright::desktop::limits
