#include "tests/unit/agent_desktop_api/wire_client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <stdexcept>

namespace callwright::desktop::tests {

std::string Answer::header(const std::string& name) const {
  const auto found = headers.find(name);
  return found == headers.end() ? "" : found->second;
}

Wire::Wire(std::uint16_t port, int receive_buffer) : handle_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  if (receive_buffer > 0) ::setsockopt(handle_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
  const timeval limit{10, 0};
  ::setsockopt(handle_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  ::setsockopt(handle_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  const int yes = 1;
  ::setsockopt(handle_, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(handle_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) throw std::runtime_error("cannot connect");
}

Wire::~Wire() {
  if (handle_ >= 0) ::close(handle_);
}

bool Wire::write(const std::string& bytes) {
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t n = ::send(handle_, bytes.data() + done, bytes.size() - done, MSG_NOSIGNAL);
    if (n <= 0) return false;
    done += static_cast<std::size_t>(n);
  }
  return true;
}

bool Wire::fill(std::size_t size) {
  std::array<char, 65536> chunk{};
  while (buffer_.size() < size) {
    const ssize_t n = ::recv(handle_, chunk.data(), chunk.size(), 0);
    if (n <= 0) return false;
    buffer_.append(chunk.data(), static_cast<std::size_t>(n));
  }
  return true;
}

std::string Wire::take(std::size_t size) {
  std::string taken = buffer_.substr(0, size);
  buffer_.erase(0, size);
  return taken;
}

std::optional<std::string> Wire::line() {
  std::size_t end = 0;
  while ((end = buffer_.find("\r\n")) == std::string::npos)
    if (!fill(buffer_.size() + 1)) return std::nullopt;
  std::string text = take(end);
  take(2);
  return text;
}

bool Wire::at_end() {
  while (fill(buffer_.size() + 1)) {
  }
  return true;
}

Answer Wire::request(const std::string& method, const std::string& target, const Headers& headers, const std::string& body) {
  std::string text = method + " " + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\n";
  for (const auto& [name, value] : headers) text += name + ": " + value + "\r\n";
  if (!body.empty()) text += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  if (!write(text + "\r\n" + body)) return {};
  return read_answer(method != "HEAD");
}

Answer Wire::read_answer(bool has_body) {
  Answer answer;
  const auto status = line();
  if (!status || status->size() < 12) return answer;
  answer.status = std::stoi(status->substr(9, 3));
  while (const auto header = line()) {
    if (header->empty()) break;
    const auto colon = header->find(':');
    std::string name = header->substr(0, colon);
    std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    answer.headers.emplace(name, header->substr(colon + 2));
  }
  const std::string length = answer.header("content-length");
  if (has_body && !length.empty()) {
    const auto size = static_cast<std::size_t>(std::stoull(length));
    if (fill(size)) answer.body = take(size);
  }
  return answer;
}

PageWire::PageWire(std::uint16_t port, const Headers& headers, int receive_buffer) : wire_(std::in_place, port, receive_buffer) {
  Headers all{{"Connection", "Upgrade"}, {"Upgrade", "websocket"}, {"Sec-WebSocket-Version", "13"}, {"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="}};
  all.insert(all.end(), headers.begin(), headers.end());
  status_ = wire_->request("GET", "/api/v1/agent", all).status;
}

void PageWire::send(const std::string& text, int opcode) {
  std::string frame(1, static_cast<char>(0x80 | opcode));
  if (text.size() < 126) {
    frame += static_cast<char>(0x80 | text.size());
  } else if (text.size() < 65536) {
    frame += static_cast<char>(0x80 | 126);
    frame += static_cast<char>(text.size() >> 8);
    frame += static_cast<char>(text.size() & 255);
  } else {
    frame += static_cast<char>(0x80 | 127);
    for (int shift = 56; shift >= 0; shift -= 8) frame += static_cast<char>((text.size() >> shift) & 255);
  }
  frame += std::string(4, '\0');  // a mask of zeroes leaves the text as it is
  (void)wire_->write(frame + text);
}

Message PageWire::receive() {
  while (wire_->fill(2)) {
    const std::string head = wire_->take(2);
    const int opcode = head[0] & 0x0F;
    std::size_t size = static_cast<unsigned char>(head[1]) & 0x7F;
    const std::size_t more = size == 126 ? 2 : size == 127 ? 8 : 0;
    if (more > 0) {
      if (!wire_->fill(more)) break;
      size = 0;
      for (unsigned char c : wire_->take(more)) size = size << 8 | c;
    }
    if (!wire_->fill(size)) break;
    std::string text = wire_->take(size);
    if (opcode == 8) return {{}, text.size() < 2 ? 1005 : static_cast<unsigned char>(text[0]) << 8 | static_cast<unsigned char>(text[1]), false};
    if (opcode == 1) return {std::move(text), 0, false};
  }
  return {{}, 0, true};
}

void PageWire::hang_up() { wire_.reset(); }

}  // namespace callwright::desktop::tests
