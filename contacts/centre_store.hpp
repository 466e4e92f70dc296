#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/instant.hpp"
#include "base/result.hpp"
#include "contacts/error.hpp"
#include "journal/centre.hpp"

namespace callwright::contacts {

struct CentreHead {
  std::int64_t version = 0;
  Instant at;
  std::string by;
};

/// Every version of the centre document. Versions count from 1 and are never changed. Writer thread.
class CentreStore {
 public:
  virtual ~CentreStore() = default;

  /// Stores it as the next version, which it returns; `centre.version` is ignored. The document must be valid already.
  virtual Result<std::int64_t> put(const journal::Centre& centre, const std::string& by, Instant now) = 0;
  /// Empty before the first `put`.
  virtual Result<std::optional<journal::Centre>> newest() = 0;
  virtual Result<journal::Centre> get(std::int64_t version) = 0;
  virtual Result<std::vector<CentreHead>> all() = 0;
};

}  // namespace callwright::contacts
