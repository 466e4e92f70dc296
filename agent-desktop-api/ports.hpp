#pragma once
#include <functional>

#include "contacts/accounts.hpp"
#include "contacts/customers.hpp"
#include "contacts/reader.hpp"

namespace callwright::desktop {

/// How the desk reaches the store without waiting: it gives work to the store's threads, and the work posts its result back to
/// the desk's loop by itself. `server/` implements this over the `readers` and the `writer`; tests run the work at once.
///
/// The work may run after the desk is closed (it then does nothing), but never after the desk's loop is destroyed.
class StorePort {
 public:
  virtual ~StorePort() = default;

  /// Runs `work` on a reader thread. False: the queue is full and `work` will not run; the page gets 503 `busy`.
  virtual bool read(std::function<void(contacts::Reader&)> work) = 0;

  /// Runs `work` on the writer's thread, between two batches of facts. False: as above.
  virtual bool write(std::function<void(contacts::Accounts&, contacts::Customers&)> work) = 0;
};

}  // namespace callwright::desktop
