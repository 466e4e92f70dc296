#pragma once
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace callwright::runtime {

/// `co_await async_something(..., as_result)`: its error is the first part of what comes back, and nothing is thrown.
inline constexpr auto as_result = boost::asio::as_tuple(boost::asio::use_awaitable);

}  // namespace callwright::runtime
