// `callwright why`: the decisions about a contact.
#include <charconv>
#include <iostream>
#include <map>

#include "agent-desktop-api/json_views.hpp"
#include "contacts/store.hpp"
#include "server/commands.hpp"
#include "server/terminal.hpp"
#include "server/why_text.hpp"

namespace callwright::server {
namespace {

/// The centre document that was the newest at a moment. It came into force a little later if nobody asked the server to take it.
class CentresInTime {
 public:
  explicit CentresInTime(contacts::CentreStore& store) : store_(store) {}

  Result<const journal::Centre*> at(Instant moment) {
    if (heads_.empty()) {
      auto all = store_.all();
      if (!all) return std::unexpected(all.error());
      for (const auto& head : *all) heads_[head.version] = head.at;
    }
    std::int64_t version = 0;
    for (const auto& [each, since] : heads_)
      if (since <= moment) version = std::max(version, each);
    static const journal::Centre none;
    if (!version) return &none;
    if (const auto known = read_.find(version); known != read_.end()) return &known->second;
    auto centre = store_.get(version);
    if (!centre) return std::unexpected(centre.error());
    return &read_.insert_or_assign(version, std::move(*centre)).first->second;
  }

 private:
  contacts::CentreStore& store_;
  std::map<std::int64_t, Instant> heads_;
  std::map<std::int64_t, journal::Centre> read_;
};

}  // namespace

int explain_contact(const runtime::Settings& settings, const WhyArguments& arguments) {
  auto store = contacts::open_store({.path = settings.store_path});
  if (!store) return refuse(store.error());
  const ContactId contact{arguments.contact};
  const AgentId agent{arguments.agent};
  auto decisions = (*store)->reader().decisions(contact);
  if (!decisions) return refuse(decisions.error());
  if (decisions->empty())
    if (auto there = (*store)->reader().contact(contact); !there) return refuse(there.error());

  const auto person = [&](const std::string& principal) -> std::string {
    constexpr std::string_view prefix = "user:";
    std::int64_t id = 0;
    if (principal.starts_with(prefix)) std::from_chars(principal.data() + prefix.size(), principal.data() + principal.size(), id);
    const auto account = (*store)->accounts().get(UserId{id});
    return account ? account->name : std::string();
  };
  CentresInTime centres((*store)->centres());
  std::vector<std::string> items;
  std::string text;
  for (const auto& decision : *decisions) {
    auto centre = centres.at(decision.at);
    if (!centre) return refuse(centre.error());
    if (arguments.json) items.push_back(desktop::to_json(decision, **centre, agent));
    else text += (text.empty() ? "" : "\n") + why_text(decision, **centre, person, agent);
  }
  if (arguments.json) std::cout << desktop::page_json(items, 0) << "\n";
  else std::cout << (text.empty() ? "No agent was chosen for this contact.\n" : text);
  return 0;
}

}  // namespace callwright::server
