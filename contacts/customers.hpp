#pragma once
#include <string>

#include "base/result.hpp"
#include "contacts/customer.hpp"
#include "contacts/error.hpp"

namespace callwright::contacts {

/// Edits customers and keeps their cards right. Writer thread; every call is one durable transaction with an audit row.
///
/// Numbers must be E.164 (`contacts/phone.hpp` makes them); a number may belong to several customers, an account number and
/// an external id to one. Errors: invalid (context names the field), already_exists, not_found, version_mismatch, disk_full,
/// busy, broken.
class Customers {
 public:
  virtual ~Customers() = default;

  /// Saves a new customer; `id` and `version` of the draft are ignored. With `contact`, the number or the e-mail
  /// address by which that contact came becomes his (unknown customer, saved for the first time). `by`: "user:ID", "import". With `command`, the same
  /// command of the same `by` again makes nobody and gives the customer it made, for a week.
  virtual Result<Customer> create(const Customer& draft, const std::string& by, Instant now, ContactId contact = {}, const std::string& command = {}) = 0;
  virtual Result<Customer> update(CustomerId customer, std::int64_t version, const CustomerPatch& patch, const std::string& by, Instant now) = 0;
  virtual Result<Customer> get(CustomerId customer) = 0;
  /// The customer with this account number or external id.
  virtual Result<CustomerId> by_account(const std::string& account) = 0;
  virtual Result<CustomerId> by_external_id(const std::string& external_id) = 0;

  /// The number or e-mail address by which the contact came becomes one of the customer's; a number that was maybe his is known to be now. Nothing
  /// happens for a contact without one, and to a customer whose list is full. The contact itself moves by the command ChooseCustomer.
  virtual Result<Customer> attach_identity(ContactId contact, CustomerId customer, const std::string& by, Instant now) = 0;

  virtual Result<std::int64_t> count() = 0;
};

}  // namespace callwright::contacts
