#include "cti/sip/codec_bodies.hpp"

#include <array>
#include <charconv>
#include <pugixml.hpp>
#include <utility>

#include "cti/sip/error.hpp"
#include "cti/sip/grammar.hpp"

namespace callwright::cti::sip {
namespace {

constexpr std::size_t kBytes = 64 << 10;
constexpr int kDepth = 16;
constexpr std::size_t kDialogs = 256;
constexpr std::size_t kTextBytes = 256;

/// The name without a prefix: namespaces differ from server to server, the words do not.
std::string_view name_of(const pugi::xml_node& node) {
  const std::string_view name = node.name();
  const std::size_t colon = name.find(':');
  return colon == name.npos ? name : name.substr(colon + 1);
}

pugi::xml_node child(const pugi::xml_node& of, std::string_view name) {
  for (const pugi::xml_node one : of.children())
    if (name_of(one) == name) return one;
  return {};
}

std::string text_in(const char* text) {
  std::string_view plain(text);
  constexpr std::string_view kWhite = " \t\r\n";
  const std::size_t from = plain.find_first_not_of(kWhite);
  if (from == plain.npos) return {};
  plain = plain.substr(from, plain.find_last_not_of(kWhite) - from + 1);
  if (plain.size() > kTextBytes) return {};
  for (char c : plain)
    if (static_cast<std::uint8_t>(c) < 0x20 || c == 0x7F) return {};
  return std::string(plain);
}

std::string attribute(const pugi::xml_node& of, const char* name) { return text_in(of.attribute(name).value()); }

Result<void> parse(std::string_view xml, pugi::xml_document& document) {
  if (xml.size() > kBytes) return fail(errc::too_big, "body");
  const auto read = document.load_buffer(xml.data(), xml.size(), pugi::parse_default | pugi::parse_doctype, pugi::encoding_utf8);
  if (!read) return fail(errc::malformed, read.description());
  int depth = 0;
  for (pugi::xml_node at = document.first_child(); at;) {  // in document order, without recursion
    if (at.type() == pugi::node_doctype) return fail(errc::malformed, "a document type declaration");
    if (at.first_child()) {
      if (++depth > kDepth) return fail(errc::too_big, "levels");
      at = at.first_child();
      continue;
    }
    while (at && !at.next_sibling()) {
      at = at.parent();
      --depth;
    }
    if (at) at = at.next_sibling();
  }
  return {};
}

std::optional<Dialog::State> state_of(std::string_view word) {
  static constexpr std::array<std::pair<std::string_view, Dialog::State>, 5> kStates{{{"trying", Dialog::State::trying},
                                                                                      {"proceeding", Dialog::State::proceeding},
                                                                                      {"early", Dialog::State::early},
                                                                                      {"confirmed", Dialog::State::confirmed},
                                                                                      {"terminated", Dialog::State::terminated}}};
  for (const auto& [known, state] : kStates)
    if (known == word) return state;
  return {};
}

void read_participant(const pugi::xml_node& node, bool remote, Dialog& dialog) {
  for (const pugi::xml_node one : node.children()) {
    const std::string_view name = name_of(one);
    if (name == "identity") {
      const std::string uri = text_in(one.child_value());
      if (remote) dialog.remote = uri;
      else if (!uri.empty()) dialog.targets += uri + "\n";
    } else if (name == "target") {
      if (const std::string uri = attribute(one, "uri"); !uri.empty()) dialog.targets += uri + "\n";
      for (const pugi::xml_node parameter : one.children())
        if (!remote && name_of(parameter) == "param" && attribute(parameter, "pname") == "+sip.rendering")
          dialog.held = attribute(parameter, "pval") == "no";
    }
  }
}

/// False: a state that nobody knows.
bool read_dialog(const pugi::xml_node& node, Dialog& dialog) {
  dialog.id = attribute(node, "id");
  dialog.call_id = attribute(node, "call-id");
  const std::string direction = attribute(node, "direction");
  dialog.direction = direction == "initiator"   ? Dialog::Direction::initiator
                     : direction == "recipient" ? Dialog::Direction::recipient
                                                : Dialog::Direction::unknown;
  const pugi::xml_node state = child(node, "state");
  const auto known = state_of(text_in(state.child_value()));
  if (!known || dialog.id.empty()) return false;
  dialog.state = *known;
  dialog.event = attribute(state, "event");
  dialog.code = static_cast<std::int32_t>(grammar::number(attribute(state, "code"), 699).value_or(0));
  read_participant(child(node, "local"), false, dialog);
  read_participant(child(node, "remote"), true, dialog);
  return true;
}

}  // namespace

Result<DialogInfo> read_dialog_info(std::string_view xml) {
  pugi::xml_document document;
  if (const auto parsed = parse(xml, document); !parsed) return std::unexpected(parsed.error());
  const pugi::xml_node root = document.document_element();
  if (name_of(root) != "dialog-info") return fail(errc::malformed, "no dialog-info");
  DialogInfo info;
  const std::string version = attribute(root, "version");
  const auto [end, error] = std::from_chars(version.data(), version.data() + version.size(), info.version);
  if (error != std::errc{} || end != version.data() + version.size()) return fail(errc::malformed, "version");
  info.full = attribute(root, "state") != "partial";
  for (const pugi::xml_node one : root.children()) {
    if (name_of(one) != "dialog") continue;
    if (info.dialogs.size() == kDialogs) return fail(errc::too_big, "dialogs");
    if (Dialog dialog; read_dialog(one, dialog)) info.dialogs.push_back(std::move(dialog));
  }
  return info;
}

Result<Presence> read_presence(std::string_view xml) {
  pugi::xml_document document;
  if (const auto parsed = parse(xml, document); !parsed) return std::unexpected(parsed.error());
  const pugi::xml_node root = document.document_element();
  if (name_of(root) != "presence") return fail(errc::malformed, "no presence");
  Presence presence;
  // Depth first: servers put activities below person, tuple or status.
  for (pugi::xml_node at = root; at;) {
    const std::string_view name = name_of(at);
    if (name == "basic") presence.open = presence.open.value_or(false) || text_in(at.child_value()) == "open";  // one way to reach it will do
    if (name == "on-the-phone" || name == "busy") presence.busy = true;
    if (at.first_child()) {
      at = at.first_child();
      continue;
    }
    while (at && at != root && !at.next_sibling()) at = at.parent();
    at = !at || at == root ? pugi::xml_node() : at.next_sibling();
  }
  return presence;
}

}  // namespace callwright::cti::sip
