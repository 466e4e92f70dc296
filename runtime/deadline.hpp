#pragma once
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <type_traits>
#include <utility>

#include "base/result.hpp"
#include "runtime/errc.hpp"

namespace callwright::runtime {

/// Runs `operation` for at most `limit`.
///
/// Errors: `Errc::timed_out` if the limit came first, `Errc::cancelled` if somebody outside ended us (never mixed up: a
/// cancelled operation is not a slow one). What the operation throws by itself is thrown on. A result that arrives together
/// with the limit is kept, so that no byte already read is lost. `T` has a default constructor.
/// With a `Timer` over another clock (`asio::basic_waitable_timer<VirtualClock>`) the limit runs in virtual time.
///
///     Result<std::size_t> read = co_await with_deadline(read_some(socket), 5s);
template <class T, class Timer = boost::asio::steady_timer>
boost::asio::awaitable<Result<T>> with_deadline(boost::asio::awaitable<T> operation, typename Timer::duration limit) {
  namespace asio = boost::asio;
  const auto executor = co_await asio::this_coro::executor;
  Timer timer(executor);
  timer.expires_after(limit);

  // No exception may escape between the two: `a || b` would hide it until the other side ends.
  auto both = asio::experimental::make_parallel_group(asio::co_spawn(executor, std::move(operation), asio::deferred),
                                                      timer.async_wait(asio::deferred));
  auto done = co_await both.async_wait(asio::experimental::wait_for_one(), asio::as_tuple(asio::use_awaitable));

  const bool operation_first = std::get<0>(done)[0] == 0;
  const std::exception_ptr thrown = std::get<1>(done);
  if (!thrown) {
    if constexpr (std::is_void_v<T>)
      co_return Result<T>{};
    else
      co_return Result<T>(std::move(std::get<2>(done)));
  }
  const auto state = co_await asio::this_coro::cancellation_state;
  if (state.cancelled() != asio::cancellation_type::none) co_return fail(Errc::cancelled);
  if (operation_first) std::rethrow_exception(thrown);
  co_return fail(Errc::timed_out);
}

}  // namespace callwright::runtime
