#pragma once
#include <map>
#include <string>
#include <vector>

#include "core/views/view.hpp"

namespace callwright::sim {

/// What a page would show: of each entity the newest view that came. It must equal what the core would show now, or somebody
/// looks at an old picture.
class Mirror {
 public:
  void take(const std::vector<core::View>& views);
  /// Compares with all views of the core; empty if they are the same.
  std::string differs(const std::vector<core::View>& all) const;

  const std::map<ContactId, core::ContactView>& contacts() const { return contacts_; }

 private:
  std::map<ContactId, core::ContactView> contacts_;
  std::map<AgentId, core::AgentView> agents_;
  std::map<QueueId, core::QueueView> queues_;
  std::map<SwitchId, core::LinkView> links_;
};

}  // namespace callwright::sim
