#pragma once
#include "contacts/toml_printer.hpp"
#include "contacts/toml_table.hpp"
#include "journal/centre.hpp"

/// What the centre document says of written contacts: the rules of a channel, and an agent's own capacities (docs/centre.md).
namespace callwright::contacts {

/// The key `channels` of the centre.
void read_channels(Table& top, journal::Centre& centre);
void print_channels(TomlPrinter& out, const journal::Centre& centre);

/// The key `capacity` of an agent, in the order of the channels.
void read_capacity(Table& table, journal::Agent& agent);
void print_capacity(TomlPrinter& out, const journal::Agent& agent);

}  // namespace callwright::contacts
