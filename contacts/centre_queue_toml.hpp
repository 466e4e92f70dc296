#pragma once
#include <cstdint>
#include <vector>

#include "contacts/references.hpp"
#include "contacts/toml_printer.hpp"
#include "contacts/toml_table.hpp"
#include "journal/centre.hpp"

/// The tables of a centre document that say who gets a contact: `[[queue]]` with its steps and rules, and what an agent has of skills and queues.
namespace callwright::contacts {

/// Where a queue and its rules stand, for what can be told only later.
struct QueueLines {
  std::int64_t queue = 0;
  std::vector<std::int64_t> rules;
};

journal::Queue read_queue(Table& table, References& references, QueueLines& lines);
void print_queue(TomlPrinter& out, const journal::Queue& queue);

void read_skills_and_queues_of(Table& table, References& references, journal::Agent& agent);
void print_skills_and_queues_of(TomlPrinter& out, const journal::Agent& agent);

}  // namespace callwright::contacts
