#include "tests/unit/cti_freeswitch/replay_peer.hpp"

#include <algorithm>
#include <sstream>
#include <utility>

#include "tests/unit/cti_freeswitch/bench.hpp"

namespace callwright::cti::freeswitch::test {
namespace {

std::string word(std::string_view text, std::size_t n) {
  std::istringstream in{std::string(text)};
  std::string word;
  for (std::size_t i = 0; i <= n; ++i)
    if (!(in >> word)) return {};
  return word;
}

/// What stands between `from` and one of `to`.
std::string between(std::string_view text, std::string_view from, std::string_view to) {
  const std::size_t begin = text.find(from);
  if (begin == text.npos) return {};
  text.remove_prefix(begin + from.size());
  return std::string(text.substr(0, text.find_first_of(to)));
}

const std::vector<std::string> kThatChangeSomething = {"originate", "uuid_bridge", "uuid_kill", "uuid_answer"};

}  // namespace

std::string ReplayPeer::kind_of(std::string_view command) {
  const std::string first = word(command, 0);
  return first == "api" || first == "bgapi" ? word(command, 1) : first;
}

ReplayPeer::ReplayPeer(const std::string& scenario) {
  struct Sent {
    std::size_t after;
    std::string text;
  };
  std::vector<Sent> sent;
  std::istringstream lines(recording(scenario, "json.tx"));
  for (std::string line; std::getline(lines, line);) {
    const std::size_t blank = line.find(' ');
    std::string text = line.substr(blank + 1);
    for (std::size_t at = text.find("\\n"); at != text.npos; at = text.find("\\n", at)) text.replace(at, 2, "\n");
    sent.push_back({std::stoul(line.substr(0, blank)), std::move(text)});
  }
  std::size_t position = 0, next = 0, replied = 0;
  std::vector<std::size_t> places;
  for (const OwnFrame& frame : frames_of(recording(scenario, "json"))) {
    for (; next < sent.size() && sent[next].after <= position; ++next) {
      places.push_back(items_.size());
      items_.push_back({.command = sent[next].text});
    }
    position += frame.head.size() + 2 + frame.body.size();
    std::string whole = frame.head + "\n\n" + frame.body;
    if (frame.kind == Frame::Kind::reply || frame.kind == Frame::Kind::answer) items_[places.at(replied++)].reply = std::move(whole);
    else if (frame.kind == Frame::Kind::json_event) items_.push_back({.said = std::move(whole)});
    if (caller_.empty() && frame.body.find("\"Event-Name\":\"CHANNEL_CREATE\"") != std::string::npos) caller_ = between(frame.body, "\"Unique-ID\":\"", "\"");
  }
}

/// The recording's ids become ours, and the caller gets an entry; the length follows.
std::string ReplayPeer::in_our_words(const std::string& frame) const {
  const std::size_t end = frame.find("\n\n");
  std::string head = frame.substr(0, end), body = frame.substr(end + 2);
  for (std::string* text : {&head, &body})
    for (const auto& [recorded, ours] : ours_)
      for (std::size_t at = text->find(recorded); at != text->npos; at = text->find(recorded, at + ours.size())) text->replace(at, recorded.size(), ours);
  if (body.starts_with("{") && body.find("\"Unique-ID\":\"" + caller_ + "\"") != body.npos)
    body.insert(1, "\"variable_callwright_entry\":\"" + std::string(kEntry) + "\",");
  if (const std::size_t at = head.find("Content-Length: "); at != head.npos)
    head.replace(at + 16, std::min(head.find('\n', at), head.size()) - at - 16, std::to_string(body.size()));
  return head + "\n\n" + body;
}

std::string ReplayPeer::general_reply(std::string_view command) {
  const auto answer = [](std::string_view body) { return frame("Content-Type: api/response", body); };
  const auto reply = [](const std::string& text) { return "Content-Type: command/reply\nReply-Text: " + text + "\n\n"; };
  const std::string kind = kind_of(command);
  if (kind == "auth") return reply("+OK accepted");
  if (kind == "event") return reply("+OK event listener enabled json");
  if (kind == "show") return answer("{\"row_count\":0}");
  if (kind == "strepoch") return answer("1795324700");
  if (kind == "global_getvar") return answer("9411d527-33a7-4ea1-9a15-2001457855bc");
  if (kind == "callcenter_config") return answer("-ERR callcenter_config Command not found!\n");
  if (kind == "uuid_getvar") return answer("_undef_");
  return answer("+OK\n");
}

std::string ReplayPeer::carry_out(Item& recorded, std::string_view ours) {
  recorded.done = true;
  if (kind_of(ours) == "originate") {
    ours_[between(recorded.command, "\nJob-UUID: ", "\n")] = between(ours, "\nJob-UUID: ", "\n");
    std::string uuid = between(recorded.command, "origination_uuid=", ",}");
    // Without a name of its own: the next channel that is called.
    for (auto item = items_.begin() + (&recorded - items_.data()); uuid.empty() && item != items_.end(); ++item)
      if (item->said.find("\"Event-Name\":\"CHANNEL_CREATE\"") != std::string::npos) uuid = between(item->said, "\"Unique-ID\":\"", "\"");
    ours_[uuid] = between(ours, "origination_uuid=", ",}");
  }
  return in_our_words(recorded.reply);
}

std::string ReplayPeer::command(std::string_view text) {
  waiting_.emplace_back(text);
  if (kind_of(text) == "auth" || items_.empty() || at_ == 0) {  // nothing of the recording before its begin
    waiting_.pop_back();
    return general_reply(text);
  }
  return play();
}

std::string ReplayPeer::play() {
  std::string said;
  for (;;) {
    // Ours, in order, as far as the recording has come or does not care.
    while (!waiting_.empty()) {
      const std::string kind = kind_of(waiting_.front());
      const auto recorded = std::find_if(items_.begin() + static_cast<std::ptrdiff_t>(at_), items_.end(),
                                         [&](const Item& item) { return !item.done && !item.command.empty() && kind_of(item.command) == kind; });
      const bool changes = std::ranges::find(kThatChangeSomething, kind) != kThatChangeSomething.end();
      said += changes && recorded != items_.end() ? carry_out(*recorded, waiting_.front()) : general_reply(waiting_.front());
      waiting_.pop_front();
    }
    if (at_ == items_.size()) return said;
    const Item& item = items_[at_];
    const bool needed = !item.command.empty() && !item.done && std::ranges::find(kThatChangeSomething, kind_of(item.command)) != kThatChangeSomething.end();
    if (needed) return said;
    if (item.command.empty()) said += in_our_words(item.said);
    ++at_;
  }
}

std::string ReplayPeer::waits_for() const {
  if (at_ == items_.size()) return {};
  std::string text = items_[at_].command;
  for (const auto& [recorded, ours] : ours_)
    for (std::size_t at = text.find(recorded); at != text.npos; at = text.find(recorded, at + ours.size())) text.replace(at, recorded.size(), ours);
  return text;
}

}  // namespace callwright::cti::freeswitch::test
