#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace callwright::cti::freeswitch {

/// One frame of the event socket: lines `Name: value`, a blank line, and as many bytes as `Content-Length` says.
struct Frame {
  enum class Kind : std::uint8_t {
    auth_request,  ///< asks for the password
    reply,         ///< `command/reply`: answers a command in its head
    answer,        ///< `api/response`: answers `api` in its body
    plain_event,
    json_event,
    notice,     ///< `text/disconnect-notice`: the connection ends, or lingers
    rejection,  ///< `text/rude-rejection`: the switch's access list does not let us in
    other,      ///< a log line, XML: of no use to us
  };
  Kind kind = Kind::other;
  std::string_view head;  ///< its lines, without the blank one
  std::string_view body;
};

/// The value of a line of a frame's head, as it stands there; empty: there is no such line.
std::string_view head_value(std::string_view head, std::string_view name);

/// Cuts what was received into frames, wherever it was cut before. Pure, and nothing is copied while a frame lies whole in what was received.
///
///     frames.push(bytes);                        // `bytes` must live until `next` gives nothing
///     while (auto frame = frames.next()) ...     // its texts live until the next call
///
/// Lengths are bytes. Nothing marks where a frame begins, so after a wrong length nobody can say where the next one does: what does not look like a
/// head ends it for good (`failure`), and the connection with it. Limits: 64 KiB a head (the dump of a channel in a recording has 6), 1 MiB an event
/// (15 KB), 16 MiB an answer (a snapshot of some 16,000 channels).
class FrameReader {
 public:
  static constexpr std::size_t kHead = 64 << 10;
  static constexpr std::size_t kBody = 1 << 20;
  static constexpr std::size_t kAnswer = 16 << 20;

  void push(std::string_view bytes);
  std::optional<Frame> next();
  /// Why no further frame can be found; empty: all is well.
  std::string_view failure() const { return failure_; }
  void reset() { *this = FrameReader(); }

 private:
  std::optional<Frame> give_up(std::string_view why);
  std::optional<Frame> wait();
  bool take_line(std::string_view line);

  std::string kept_;       ///< the beginning of a frame that is not whole yet, once a push has ended within it
  std::string_view view_;  ///< what is being cut, from `at_` on: what was pushed, or `kept_`
  std::size_t at_ = 0;
  bool of_kept_ = false;
  std::string_view failure_;

  // The head being read. Offsets from `at_`, so that they stay true when the frame moves into `kept_`.
  std::size_t line_ = 0, searched_ = 0;
  std::size_t head_ = 0;  ///< its length; 0: not whole yet
  std::size_t length_ = 0;
  bool typed_ = false;
  Frame::Kind kind_ = Frame::Kind::other;
};

}  // namespace callwright::cti::freeswitch
