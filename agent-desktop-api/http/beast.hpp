#pragma once
// Private to http/: includes Asio and Beast, and calls them by short names.
#include <boost/beast/core.hpp>

#include "runtime/stream.hpp"

namespace callwright::desktop {

namespace asio = boost::asio;
namespace beast = boost::beast;
using tcp = asio::ip::tcp;
using boost::system::error_code;
using runtime::Stream;

inline constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

}  // namespace callwright::desktop
