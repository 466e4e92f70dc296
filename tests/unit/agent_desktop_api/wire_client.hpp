#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace callwright::desktop::tests {

struct Answer {
  int status = 0;
  std::multimap<std::string, std::string> headers;  ///< names in lower case
  std::string body;
  std::string header(const std::string& name) const;
};

using Headers = std::vector<std::pair<std::string, std::string>>;

/// A blocking TCP client over loopback that writes what a test says, byte for byte. Reads give up after 10 s.
class Wire {
 public:
  explicit Wire(std::uint16_t port, int receive_buffer = 0);
  ~Wire();
  Wire(Wire&& other) noexcept : handle_(std::exchange(other.handle_, -1)), buffer_(std::move(other.buffer_)) {}

  bool write(const std::string& bytes);
  /// Reads at least `size` bytes into the buffer; false at the end.
  bool fill(std::size_t size);
  std::string take(std::size_t size);
  std::optional<std::string> line();
  bool at_end();  ///< waits for the peer's end

  Answer request(const std::string& method, const std::string& target, const Headers& headers = {}, const std::string& body = {});
  Answer read_answer(bool has_body = true);

 private:
  int handle_ = -1;
  std::string buffer_;
};

/// One message of a WebSocket: text, or the close code.
struct Message {
  std::string text;
  int close_code = 0;
  bool ended = false;  ///< the connection is gone without a close frame
};

/// A page's WebSocket.
class PageWire {
 public:
  PageWire(std::uint16_t port, const Headers& headers, int receive_buffer = 0);

  int status() const { return status_; }
  void send(const std::string& text, int opcode = 1);
  Message receive();
  void hang_up();  ///< ends the TCP connection without a word

 private:
  std::optional<Wire> wire_;
  int status_ = 0;
};

}  // namespace callwright::desktop::tests
