#pragma once
#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace callwright::desktop {

/// Writes one JSON text, front to back, into one string.
///
/// Any bytes may be given as text: what is not UTF-8 becomes U+FFFD, control characters (NUL included) are escaped, and so are
/// `<`, `>` and `&`, so that the text is harmless even inside a page. It is always a valid WebSocket text message.
class JsonText {
 public:
  void begin_object() { open('{'); }
  void begin_object(std::string_view name) { key(name), open_bare('{'); }
  void end_object() { close('}'); }
  void begin_array() { open('['); }
  void begin_array(std::string_view name) { key(name), open_bare('['); }
  void end_array() { close(']'); }

  void value(std::string_view text);
  void value(std::int64_t number);
  void raw(std::string_view json);  ///< complete JSON, taken as it is

  void field(std::string_view name, std::string_view text);
  void field(std::string_view name, const char* text) { field(name, std::string_view(text)); }
  void field(std::string_view name, const std::string& text) { field(name, std::string_view(text)); }
  void field(std::string_view name, std::int64_t number);
  void field(std::string_view name, std::same_as<bool> auto flag) { key(name), out_ += flag ? "true" : "false"; }
  void field_null(std::string_view name) { key(name), out_ += "null"; }
  void field_raw(std::string_view name, std::string_view json) { key(name), out_ += json; }
  /// An id as a decimal string; null for none.
  void field_id(std::string_view name, std::int64_t id);
  /// Text, or null if it is empty.
  void field_or_null(std::string_view name, std::string_view text);
  /// Microseconds, or null for 0.
  void field_time(std::string_view name, std::int64_t us);

  std::size_t size() const { return out_.size(); }
  std::string take() { return std::move(out_); }

 private:
  void comma() {
    if (!out_.empty() && out_.back() != '{' && out_.back() != '[' && out_.back() != ':') out_ += ',';
  }
  void key(std::string_view name);
  void open(char bracket) { comma(), out_ += bracket; }
  void open_bare(char bracket) { out_ += bracket; }
  void close(char bracket) { out_ += bracket; }
  void append_text(std::string_view text);

  std::string out_;
};

}  // namespace callwright::desktop
