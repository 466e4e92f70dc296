#pragma once
// Private to http/: includes Asio and Beast, and calls them by short names.
#include <boost/beast/core.hpp>

#include "runtime/as_result.hpp"
#include "runtime/stream.hpp"

namespace callwright::desktop {

namespace asio = boost::asio;
namespace beast = boost::beast;
using tcp = asio::ip::tcp;
using boost::system::error_code;
using runtime::as_result;
using runtime::Stream;

}  // namespace callwright::desktop
