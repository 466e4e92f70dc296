#pragma once
#include <memory>
#include <string>

#include "contacts/toml_table.hpp"
#include "journal/centre.hpp"

namespace callwright::contacts {

/// Reads the parts of a centre document that stand in another document (a scenario, docs/simulate.md), with the same code, so with
/// the same keys, limits and faults.
class CentrePart {
 public:
  explicit CentrePart(Faults& faults);
  ~CentrePart();

  /// `[[skill]]`, `[[queue]]`, `[[disposition]]`, `[[hours]]`.
  void skills_and_queues(Table& top);
  /// The keys `skills` and `queues` of an agent.
  void skills_and_queues_of(Table& table, journal::Agent& agent);
  /// Faults if `name` of this kind stands twice, or (once everything is read) nowhere. An empty name is told elsewhere.
  void once(const std::string& kind, const std::string& name, std::int64_t line);
  void refer(const std::string& kind, const std::string& name, std::int64_t line);
  /// When everything is read: looks what was referred to.
  journal::Centre finish();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace callwright::contacts
