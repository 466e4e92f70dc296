#include "contacts/error.hpp"

namespace callwright::contacts {
namespace {

class Category final : public std::error_category {
 public:
  const char* name() const noexcept override { return "contacts"; }
  std::string message(int code) const override {
    switch (static_cast<Errc>(code)) {
      case Errc::disk_full: return "the disk is full";
      case Errc::busy: return "the store is busy";
      case Errc::broken: return "the store failed";
      case Errc::corrupt: return "the store is damaged";
      case Errc::newer_schema: return "the store was written by a later version";
      case Errc::not_durable: return "the store cannot promise durability";
      case Errc::stale_epoch: return "another server has taken the journal over";
      case Errc::sequence_gap: return "facts out of sequence";
      case Errc::duplicate_source: return "a source acted twice";
      case Errc::unknown_kind: return "fact of an unknown kind";
      case Errc::not_found: return "not found";
      case Errc::version_mismatch: return "changed by somebody else";
      case Errc::already_exists: return "exists already";
      case Errc::too_slow: return "the answer did not come in time";
      case Errc::invalid: return "invalid";
    }
    return "unknown error";
  }
};

}  // namespace

const std::error_category& category() {
  static const Category instance;
  return instance;
}

}  // namespace callwright::contacts
