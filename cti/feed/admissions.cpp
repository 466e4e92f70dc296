#include "cti/feed/admissions.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace callwright::cti::feed {
namespace {

/// Takes the same time wherever the texts differ.
bool same_secret(const std::string& expected, const std::string& given) {
  std::size_t difference = expected.size() ^ given.size();
  for (std::size_t i = 0; i < given.size(); ++i)
    difference |= static_cast<std::size_t>(given[i] ^ (expected.empty() ? '\xFF' : expected[i % expected.size()])) & 0xFF;
  return difference == 0;
}

/// The boot epoch in the name of a source of this switch, 0 in any other name.
std::int64_t epoch_of(const std::string& source, const SwitchId& id) {
  const std::string prefix = source_name(id, 0);
  std::int64_t epoch = 0;
  if (!source.starts_with(prefix.substr(0, prefix.size() - 1))) return 0;
  const char* end = source.data() + source.size();
  const auto [rest, error] = std::from_chars(source.data() + prefix.size() - 1, end, epoch);
  return error == std::errc{} && rest == end ? epoch : 0;
}

}  // namespace

Admissions::Admissions(std::vector<FeedSwitch> switches, std::map<std::string, std::int64_t> journal) : journal_(std::move(journal)) {
  for (FeedSwitch& one : switches) {
    Entry& entry = entries_[one.id];
    entry.token = std::move(one.token);
    for (const auto& [source, seq] : journal_)
      if (const auto epoch = epoch_of(source, one.id); epoch > entry.boot_epoch) {
        entry.boot_epoch = epoch;
        entry.delivered = seq;
      }
  }
}

Admission Admissions::admit(const Hello& hello) {
  const auto found = entries_.find(SwitchId{hello.name});
  const bool known = found != entries_.end() && !found->second.token.empty();
  if (!same_secret(known ? found->second.token : std::string(32, 'x'), hello.token) || !known)
    return {Refusal::unauthorised, "unknown name or wrong token"};
  Entry& entry = found->second;
  if (!entry.ready) return {Refusal::not_ready, "the server is starting or stopping"};
  if (hello.boot_epoch < entry.boot_epoch) return {Refusal::epoch_behind, "boot epoch " + std::to_string(entry.boot_epoch) + " was here already"};
  if (hello.boot_epoch > entry.boot_epoch) {
    entry.boot_epoch = hello.boot_epoch;
    entry.delivered = 0;
  }
  return {.refused = Refusal::none, .reason = {}, .resume_after = entry.delivered};
}

void Admissions::ready(const SwitchId& id, bool yes) {
  if (const auto found = entries_.find(id); found != entries_.end()) found->second.ready = yes;
}

void Admissions::delivered(const SwitchId& id, std::int64_t boot_epoch, std::int64_t seq) {
  const auto found = entries_.find(id);
  if (found == entries_.end() || found->second.boot_epoch != boot_epoch) return;
  found->second.delivered = std::max(found->second.delivered, seq);
}

}  // namespace callwright::cti::feed
