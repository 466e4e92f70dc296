#include "cti/sip/flow.hpp"

#include <charconv>

#include "cti/sip/grammar.hpp"

namespace callwright::cti::sip {

std::string text_of(const Flow& flow) {
  std::string text = flow.transport == Flow::Transport::udp ? "udp " : "tcp ";
  ((text += flow.host) += ' ') += std::to_string(flow.port);
  return flow.connection == 0 ? text : text + " " + std::to_string(flow.connection);
}

std::optional<Flow> read_flow(std::string_view text) {
  const auto word = [&text] {
    const std::string_view one = text.substr(0, text.find(' '));
    text.remove_prefix(one.size() < text.size() ? one.size() + 1 : one.size());
    return one;
  };
  Flow flow;
  const std::string_view transport = word();
  if (transport != "udp" && transport != "tcp") return {};
  flow.transport = transport == "udp" ? Flow::Transport::udp : Flow::Transport::tcp;
  flow.host = word();
  const auto port = grammar::number(word(), 65'535);
  if (flow.host.empty() || !port) return {};
  flow.port = static_cast<std::uint16_t>(*port);
  if (const std::string_view connection = word(); !connection.empty()) {
    const auto [end, error] = std::from_chars(connection.data(), connection.data() + connection.size(), flow.connection);
    if (error != std::errc{} || end != connection.data() + connection.size()) return {};
  }
  return text.empty() ? std::optional(flow) : std::nullopt;
}

}  // namespace callwright::cti::sip
