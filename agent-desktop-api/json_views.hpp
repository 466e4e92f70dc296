#pragma once
#include <string>
#include <vector>

#include "agent-desktop-api/auth/permission.hpp"
#include "contacts/reader.hpp"
#include "core/views/view.hpp"
#include "journal/centre.hpp"

/// The one place where values become the JSON of FRAMES.md (schemas/*.json).
namespace callwright::desktop {

/// Which fields a reader gets. Each body is serialised once an event and mask, and shared by all who read it.
enum class FieldMask : std::uint8_t {
  full,   ///< everything: for the agent whose contact it is
  brief,  ///< without the customer's card and the reason of the offer: lists, and the last word to an agent who lost the contact
};

/// `why`, the newest decision about the contact, goes to its agent as the terms that spoke for him.
std::string to_json(const core::ContactView& view, FieldMask mask, const core::DecisionView* why = nullptr);
std::string to_json(const core::AgentView& view);
std::string to_json(const core::QueueView& view);
std::string to_json(const core::LinkView& view);
/// With what would have given the contact to `agent`, or to the second best if that is empty; `centre` tells the rates.
std::string to_json(const contacts::Decision& decision, const journal::Centre& centre, const AgentId& agent = {});
/// The head that every page needs to show names; no numbers, links or rules.
std::string centre_head(const journal::Centre& centre);
/// The `user` of `welcome` and of GET /session.
std::string user_json(const Principal& principal);

/// A row of the log, and a whole logged contact.
std::string to_json(const contacts::ContactRow& row);
std::string to_json(const contacts::ContactDetail& detail);

/// `{"items":[...],"next":...}`.
std::string page_json(const std::vector<std::string>& items, std::int64_t next);

}  // namespace callwright::desktop
