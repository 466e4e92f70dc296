#include "contacts/sqlite/key_ring.hpp"

#include <sodium.h>

#include <cstring>

namespace callwright::contacts::sqlite {
namespace {

constexpr std::size_t kNonce = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kTag = crypto_aead_xchacha20poly1305_ietf_ABYTES;
static_assert(crypto_aead_xchacha20poly1305_ietf_KEYBYTES == 32);

/// What a sealed text is bound to.
std::array<unsigned char, 10> bound_to(ContactId contact, std::uint16_t kind) {
  std::array<unsigned char, 10> out{};
  for (int i = 0; i < 8; ++i) out[static_cast<std::size_t>(i)] = static_cast<unsigned char>(static_cast<std::uint64_t>(contact.value) >> (8 * i));
  out[8] = static_cast<unsigned char>(kind & 0xFF);
  out[9] = static_cast<unsigned char>(kind >> 8);
  return out;
}

const unsigned char* bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

}  // namespace

KeyRing::Entry& KeyRing::keep(ContactId contact, const Entry& entry) {
  if (keys_.size() >= kLimit) keys_.clear();
  return keys_.insert_or_assign(contact, entry).first->second;
}

KeyRing::Entry* KeyRing::find(ContactId contact) {
  if (auto found = keys_.find(contact); found != keys_.end()) return &found->second;
  Query query = database_.query("SELECT key FROM contact_key WHERE contact_id = ?", contact);
  if (!query.next()) return nullptr;
  Entry entry;
  if (query.null(0)) {
    entry.erased = true;
  } else if (query.view(0).size() == entry.key.size()) {
    std::memcpy(entry.key.data(), query.view(0).data(), entry.key.size());
  } else {
    database_.set_error({Errc::corrupt, "key of contact " + std::to_string(contact.value)});
    return nullptr;
  }
  return &keep(contact, entry);
}

KeyRing::Entry* KeyRing::make(ContactId contact) {
  Entry entry;
  database_.random(entry.key.data(), entry.key.size());
  database_.run("INSERT INTO contact_key(contact_id, key) VALUES(?, ?)", contact,
                Blob{{reinterpret_cast<const char*>(entry.key.data()), entry.key.size()}});
  if (!database_.good()) return nullptr;
  made_.push_back(contact);
  return &keep(contact, entry);
}

std::optional<std::string> KeyRing::seal(ContactId contact, std::uint16_t kind, std::string_view plain, bool fresh) {
  Entry* entry = fresh ? nullptr : find(contact);
  if (!entry) entry = make(contact);
  if (!entry || entry->erased) return std::nullopt;
  std::string out(kNonce + plain.size() + kTag, '\0');
  database_.random(bytes(out), kNonce);
  const auto bound = bound_to(contact, kind);
  crypto_aead_xchacha20poly1305_ietf_encrypt(bytes(out) + kNonce, nullptr, bytes(plain), plain.size(), bound.data(), bound.size(), nullptr,
                                             bytes(out), entry->key.data());
  return out;
}

std::optional<std::string> KeyRing::open(ContactId contact, std::uint16_t kind, std::string_view sealed) {
  Entry* entry = find(contact);
  if (!entry || entry->erased) return std::nullopt;
  const auto bound = bound_to(contact, kind);
  std::string out(sealed.size() < kNonce + kTag ? 0 : sealed.size() - kNonce - kTag, '\0');
  if (sealed.size() < kNonce + kTag ||
      crypto_aead_xchacha20poly1305_ietf_decrypt(bytes(out), nullptr, nullptr, bytes(sealed) + kNonce, sealed.size() - kNonce, bound.data(),
                                                 bound.size(), bytes(sealed), entry->key.data()) != 0) {
    database_.set_error({Errc::corrupt, "sealed values of contact " + std::to_string(contact.value)});
    return std::nullopt;
  }
  return out;
}

void KeyRing::rolled_back() {
  for (ContactId contact : made_) keys_.erase(contact);
  made_.clear();
}

}  // namespace callwright::contacts::sqlite
