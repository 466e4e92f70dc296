#pragma once
#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "contacts/toml_table.hpp"

namespace callwright::contacts {

/// What stands in a document by kind and name, and what speaks of it; what cannot be judged before everything is read waits here with its line.
class References {
 public:
  /// `judges`: a document that is new is judged by what its rules lead to; one that was taken before is not judged again.
  References(Faults& faults, bool judges) : faults_(faults), judges_(judges) {}

  /// A fault if `name` of this kind stands twice. An empty name is told elsewhere.
  void once(const std::string& kind, const std::string& name, std::int64_t line);
  /// Once everything is read: `name` must be one of that kind.
  void refer(const std::string& kind, const std::string& name, std::int64_t line);
  /// Stands in the document as one of this kind too.
  void mark(const std::string& kind, const std::string& name) { seen_.emplace(kind, name); }
  /// Once everything is read: a fault if `name` is one of that kind.
  void never(const std::string& kind, const std::string& name, std::int64_t line, const std::string& what);
  /// Once everything is read, in the order of the calls.
  void later(std::function<void()> look) { later_.push_back(std::move(look)); }
  void look();

  /// A fault of what the rules lead to.
  void judge(std::int64_t line, std::string what) {
    if (judges_) faults_.add(line, std::move(what));
  }
  Faults& faults() { return faults_; }

 private:
  Faults& faults_;
  const bool judges_;
  std::set<std::pair<std::string, std::string>> seen_;
  std::vector<std::function<void()>> later_;
};

}  // namespace callwright::contacts
