#pragma once
#include <functional>
#include <memory>
#include <utility>

#include "agent-desktop-api/errc.hpp"
#include "agent-desktop-api/ports.hpp"
#include "runtime/event_loop.hpp"

namespace callwright::desktop {

/// Asks the store through `StorePort` and brings the answer back to the desk's loop. After `close`, and after its own end,
/// answers are dropped.
class StoreCalls {
 public:
  StoreCalls(StorePort& store, runtime::EventLoop& loop) : store_(store), loop_(loop) {}

  template <class T>
  using Done = std::function<void(Result<T>)>;

  template <class T>
  void read(std::function<Result<T>(contacts::Reader&)> ask, Done<T> done) {
    auto answer = bring_back<T>(done);
    if (!store_.read([ask = std::move(ask), answer](contacts::Reader& reader) { answer(ask(reader)); })) done(fail(Errc::busy));
  }

  template <class T>
  void write(std::function<Result<T>(contacts::Accounts&, contacts::Customers&)> ask, Done<T> done) {
    auto answer = bring_back<T>(done);
    if (!store_.write([ask = std::move(ask), answer](contacts::Accounts& a, contacts::Customers& c) { answer(ask(a, c)); })) done(fail(Errc::busy));
  }

  void close() { open_.reset(); }

 private:
  template <class T>
  std::function<void(Result<T>)> bring_back(Done<T> done) {
    return [&loop = loop_, open = std::weak_ptr<int>(open_), done = std::move(done)](Result<T> result) {
      loop.post([open, done, result = std::move(result)]() mutable {
        if (open.lock()) done(std::move(result));
      });
    };
  }

  StorePort& store_;
  runtime::EventLoop& loop_;
  std::shared_ptr<int> open_ = std::make_shared<int>(0);
};

}  // namespace callwright::desktop
