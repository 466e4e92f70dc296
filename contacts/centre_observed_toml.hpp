#pragma once
#include "contacts/references.hpp"
#include "contacts/toml_printer.hpp"
#include "contacts/toml_table.hpp"
#include "journal/centre.hpp"

/// Queues of a centre document that their switch routes (docs/observed.md): few keys mean anything there, and every other one is a fault.
namespace callwright::contacts {

/// True if the table is about an observed queue. Then all of it but `id` and the names is read.
bool read_observed(Table& table, References& references, journal::Queue& queue);
void print_observed(TomlPrinter& out, const journal::Queue& queue);

/// What is wrong with the agent's queues; empty: nothing. An agent's state has one authority, and it is on his own switch.
std::string authority_fault(const journal::Centre& centre, const AgentId& agent);

/// A queue to which contacts are sent: it must be there, and one of ours.
void refer_destination(References& references, const QueueId& queue, std::int64_t line);

}  // namespace callwright::contacts
