#pragma once
#include "contacts/doctor.hpp"
#include "contacts/journal.hpp"

namespace callwright::server {

/// Folds the newest checkpoint with what follows it, then the whole journal up to the same fact. Both must give the same state: otherwise
/// a restart would begin with another one than the facts say. Reads the journal twice; a server may go on writing meanwhile.
Result<contacts::Finding> compare_folds(contacts::Journal& journal);

}  // namespace callwright::server
