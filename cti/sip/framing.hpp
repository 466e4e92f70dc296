#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace callwright::cti::sip {

/// Cuts the bytes of one stream into messages by their Content-Length (RFC 3261, 18.3), wherever the network has split them.
///
///     framing.add(bytes);
///     while (auto message = framing.next()) ...;
///     if (framing.broken()) ...;   // close it: where the next message begins cannot be known any more
///
/// A stream is broken by a head over its limits or without an end, a Content-Length that is none or comes twice, and a message over 64 KiB. The head
/// of the message that broke it is given out first if it is whole, so that a request can be answered. Line ends between messages (RFC 5626
/// keep-alive) are dropped.
class Framing {
 public:
  void add(std::string_view bytes) { waiting_ += bytes; }
  /// The next whole message. Its bytes are valid until the next call.
  std::optional<std::string_view> next();
  bool broken() const { return broken_; }
  std::size_t waiting() const { return waiting_.size() - taken_; }

 private:
  std::string waiting_;
  std::size_t taken_ = 0;     ///< of `waiting_`, given out already
  std::size_t searched_ = 0;  ///< from `taken_`, without the end of a head
  bool broken_ = false;
};

}  // namespace callwright::cti::sip
