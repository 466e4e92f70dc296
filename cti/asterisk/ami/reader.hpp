#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace callwright::cti::ami {

/// One message of the manager interface as it stands in the reader's buffer: pairs of key and value in their order, a key as often as it came. Every
/// text of it ends with the reader's next `push`.
class Message {
 public:
  /// What its first key says, whatever stands behind it: an event may have a key `Response` (OriginateResponse, results of bridging).
  enum class Kind : std::uint8_t { banner, event, response };
  struct Field {
    std::string_view key, value;
  };

  Kind kind() const { return kind_; }
  /// The banner, the event's name, or how the response begins (`Success`).
  std::string_view name() const { return name_; }
  std::size_t size() const { return places_.size(); }
  Field operator[](std::size_t i) const {
    const Place& at = places_[i];
    return {{base_ + at.line, at.key}, {base_ + at.value, at.value_size}};
  }
  /// The first value of a key, in whatever case; empty if there is none.
  std::string_view value(std::string_view key) const;
  /// From its first line to the empty one, as it came.
  std::string_view raw() const { return raw_; }

 private:
  friend class Reader;
  /// Behind the message's first byte.
  struct Place {
    std::uint32_t line = 0, key = 0, value = 0, value_size = 0;
  };
  Kind kind_ = Kind::event;
  std::string_view name_, raw_;
  const char* base_ = nullptr;
  std::span<const Place> places_;
};

/// Bytes into messages, however they are cut into pieces.
///
/// The first line of a connection is the banner; then a message is lines `Key: value` (one blank at most is stripped) up to an empty line. A
/// message is whole or it is none: one whose line is too long or has no key, that has too many lines or bytes, that begins with another key than
/// `Event` or `Response`, or into which another was cut, is counted as broken once and read over to the next empty line. If the other began at a line
/// of its own, it is read; what is left of the first one behind it belongs to the same error.
///
///     reader.push(bytes);
///     while (const Message* message = reader.next()) ...
///
/// Once its buffers have grown to what a connection needs, it allocates nothing.
class Reader {
 public:
  static constexpr std::size_t kLineLimit = 64 << 10;
  static constexpr std::size_t kLines = 4'096;
  static constexpr std::size_t kMessageLimit = 1 << 20;

  /// `banner`: whether one comes first.
  explicit Reader(bool banner = true) : banner_(banner) {}

  void push(std::string_view bytes);
  /// The next whole message, or null. It is the reader's, until the next call.
  const Message* next();
  std::uint64_t broken() const { return broken_; }

 private:
  using Place = Message::Place;
  void take_line(std::size_t begin, std::size_t end);
  void begin_message(std::size_t at);
  void break_off(bool rest_follows);
  const Message* finish(std::size_t end);

  std::string buffer_;
  std::size_t line_ = 0;     ///< where the line begins that is being read
  std::size_t scanned_ = 0;  ///< up to here it has no end
  std::size_t start_ = 0;    ///< of the message
  std::vector<Place> places_;
  Message message_;
  bool banner_;
  bool skipping_ = false;      ///< up to the next empty line
  bool mid_line_ = false;      ///< what begins at `line_` is the rest of a line that was too long
  bool privileged_ = false;    ///< the message has a line `Privilege`
  bool restarted_ = false;     ///< the message began inside another one
  bool rest_follows_ = false;  ///< of a broken message whose error is counted
  std::uint64_t broken_ = 0;
};

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }
/// Whether two keys are the same but for upper and lower case.
bool same_key(std::string_view one, std::string_view other);

/// A channel variable that an event carries.
struct Variable {
  std::string_view role;     ///< `Dest` of `DestChanVariable`; mostly empty
  std::string_view channel;  ///< of `ChanVariable(PJSIP/trunk-00000004)`; mostly empty
  std::string_view name, value;
};
/// Reads `ChanVariable: name=value` in each of its forms. False: the field is another one.
bool read_variable(const Message::Field& field, Variable& variable);

}  // namespace callwright::cti::ami
