#pragma once
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/views/view.hpp"

namespace callwright::desktop {

/// The desk's own picture of the centre: the newest view of each entity. Pages are served from it alone.
///
/// A view with a `rev` that is not newer is dropped, so views may come twice or late. An ended contact stays until
/// `forget_ended`, so that everybody who follows it hears of its end. Keeps the last 1,000 decisions.
class Mirror {
 public:
  using ContactPtr = std::shared_ptr<const core::ContactView>;

  struct ContactChange {
    ContactPtr before;  ///< null: new
    ContactPtr now;     ///< null: nothing changed
  };
  ContactChange apply(core::ContactView view);
  /// True if it was newer.
  bool apply(core::AgentView view);
  bool apply(core::QueueView view);
  bool apply(core::LinkView view);
  void apply(core::DecisionView view);

  void forget_ended();
  /// Drops agents and queues that the centre no longer has.
  void keep_only(const journal::Centre& centre);

  const core::ContactView* contact(ContactId id) const;
  const core::AgentView* agent(const AgentId& id) const;
  /// Live contacts in which the agent has a part, oldest first.
  std::vector<ContactPtr> contacts_of(const AgentId& agent) const;
  std::vector<core::DecisionView> decisions_of(ContactId contact) const;
  /// Null: none is kept.
  const core::DecisionView* newest_decision(ContactId contact) const;
  /// The newest that chose this agent, or the newest of all.
  const core::DecisionView* decision_for(ContactId contact, const AgentId& agent) const;

  const std::map<ContactId, ContactPtr>& contacts() const { return contacts_; }
  const std::map<AgentId, core::AgentView>& agents() const { return agents_; }
  const std::map<QueueId, core::QueueView>& queues() const { return queues_; }
  const std::map<SwitchId, core::LinkView>& links() const { return links_; }

 private:
  std::map<ContactId, ContactPtr> contacts_;
  std::map<AgentId, core::AgentView> agents_;
  std::map<QueueId, core::QueueView> queues_;
  std::map<SwitchId, core::LinkView> links_;
  std::deque<core::DecisionView> decisions_;
  std::map<ContactId, const core::DecisionView*> newest_decision_;  // into the deque
  std::vector<ContactId> ended_;
};

/// The agents who have a part in a contact now: those it is offered to, and the one who has it. None once it has ended.
std::vector<AgentId> parties(const core::ContactView& view);

}  // namespace callwright::desktop
