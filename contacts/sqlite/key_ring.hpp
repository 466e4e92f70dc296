#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "contacts/sqlite/database.hpp"

namespace callwright::contacts::sqlite {

/// The keys of contacts: personal values of facts are sealed with XChaCha20-Poly1305 under the key of their contact, bound to
/// contact and kind. A contact's key row without a key means erased: nothing is sealed or opened for it any more.
class KeyRing {
 public:
  explicit KeyRing(Database& database) : database_(database) {}

  /// nonce + ciphertext; nullopt if the contact is erased. Makes the key if there is none (inside the caller's transaction).
  /// `fresh`: the contact cannot have one yet.
  std::optional<std::string> seal(ContactId contact, std::uint16_t kind, std::string_view plain, bool fresh);

  /// nullopt: erased. A text that does not belong to the key is `Errc::corrupt` (sticky in the database).
  std::optional<std::string> open(ContactId contact, std::uint16_t kind, std::string_view sealed);

  /// After commit and rollback: keys made in a transaction that failed are forgotten.
  void committed() { made_.clear(); }
  void rolled_back();
  void forget(ContactId contact) { keys_.erase(contact); }

 private:
  using Secret = std::array<unsigned char, 32>;
  struct Entry {
    bool erased = false;
    Secret key{};
  };

  Entry* find(ContactId contact);
  Entry* make(ContactId contact);
  Entry& keep(ContactId contact, const Entry& entry);

  static constexpr std::size_t kLimit = 100'000;

  Database& database_;
  std::unordered_map<ContactId, Entry> keys_;
  std::vector<ContactId> made_;
};

}  // namespace callwright::contacts::sqlite
