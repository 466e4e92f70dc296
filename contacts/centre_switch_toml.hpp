#pragma once
#include "contacts/toml_printer.hpp"
#include "contacts/toml_table.hpp"
#include "journal/centre.hpp"

/// What the centre document says of a switch: how it is reached, its trunks, and how customers are called (docs/centre.md).
namespace callwright::contacts {

journal::Switch read_switch(Table& table);
void print_switch(TomlPrinter& out, const journal::Switch& sw);

}  // namespace callwright::contacts
