#pragma once
#include <absl/container/flat_hash_map.h>
#include <absl/hash/hash.h>

#include <cstddef>
#include <optional>
#include <vector>

namespace callwright::routing {

/// Dense numbers for ids, given once and for ever: what matching compares are small integers, never text.
template <class Id>
class Names {
 public:
  std::optional<std::size_t> find(const Id& id) const {
    auto found = index_.find(id);
    return found == index_.end() ? std::nullopt : std::optional(found->second);
  }
  std::size_t find_or_add(const Id& id) {
    auto [found, added] = index_.try_emplace(id, ids_.size());
    if (added) ids_.push_back(id);
    return found->second;
  }
  const Id& operator[](std::size_t index) const { return ids_[index]; }
  std::size_t size() const { return ids_.size(); }

 private:
  struct Hash {
    std::size_t operator()(const Id& id) const { return absl::HashOf(id.value); }
  };
  absl::flat_hash_map<Id, std::size_t, Hash> index_;
  std::vector<Id> ids_;
};

}  // namespace callwright::routing
