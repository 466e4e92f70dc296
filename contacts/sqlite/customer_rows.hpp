#pragma once
#include <string>

#include "base/id_mint.hpp"
#include "contacts/customer.hpp"
#include "contacts/sqlite/database.hpp"

namespace callwright::contacts::sqlite {

/// Reads and writes the rows of one customer: customer, numbers, e-mail addresses, words of the name, card. No transactions of
/// its own and no checks; errors stay in the database.
class CustomerRows {
 public:
  explicit CustomerRows(Database& database) : database_(database) {}

  CustomerId mint(Instant now);
  /// Takes the database's error, so it stands outside or at the start of a transaction.
  Result<Customer> get(CustomerId id);
  void insert(const Customer& customer, Instant now);
  void replace(const Customer& customer, Instant now);
  /// What the card's texts must be for the stored customer (for the doctor); nullopt if there is none.
  struct CardTexts {
    std::int64_t version = 0;
    std::string brief, head;
  };
  std::optional<CardTexts> card_texts(CustomerId id);
  void audit(Instant now, const std::string& by, const char* action, CustomerId id, const std::string& fields);

 private:
  std::optional<Customer> read(CustomerId id);
  void put_identities(const Customer& customer);
  void put_words(const Customer& customer);
  void put_card(const Customer& customer, bool fresh);
  int household_size(std::int64_t household);
  std::int64_t household_of(CustomerId id);
  void put_cards_of_others(std::int64_t household, CustomerId except);

  Database& database_;
  IdMint mint_;
  bool mint_known_ = false;
};

/// Checks every field and brings attrs into its plain form. `Errc::invalid` with the field's name.
Result<void> check_customer(Customer& customer);
/// Puts the patch's fields into the customer; the names of those that changed, comma by comma.
std::string apply_patch(const CustomerPatch& patch, Customer& customer, Instant now);

}  // namespace callwright::contacts::sqlite
