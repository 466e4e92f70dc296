#pragma once
#include <memory>

#include "contacts/accounts.hpp"
#include "contacts/centre_store.hpp"
#include "contacts/customers.hpp"
#include "contacts/reader.hpp"
#include "contacts/sqlite/database.hpp"

namespace callwright::contacts::sqlite {

/// The parts of a store on one connection, which must outlive them.
std::unique_ptr<Accounts> make_accounts(Database& database);
std::unique_ptr<CentreStore> make_centre_store(Database& database);
std::unique_ptr<Customers> make_customers(Database& database);
std::unique_ptr<Reader> make_reader(Database& database);

/// The connection under a store that `open_store` made: for bulk work of this module that writes rows itself.
class Connected {
 public:
  virtual ~Connected() = default;
  virtual Database& database() = 0;
};

}  // namespace callwright::contacts::sqlite
