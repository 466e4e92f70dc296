#include "cti/link/address.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

namespace callwright::cti::link {

Result<Address> read_address(const std::string& text, const Scheme& scheme) {
  const auto wrong = [&](const std::string& why) { return fail(std::make_error_code(std::errc::invalid_argument), "url '" + text + "' " + why); };
  const std::string example = std::string(scheme.plain) + "://127.0.0.1:" + std::to_string(scheme.plain_port);
  const auto parsed = boost::urls::parse_uri(text);
  if (!parsed) return wrong("is none; it looks like " + example);
  const boost::urls::url_view url = *parsed;
  const std::string_view said(url.scheme().data(), url.scheme().size());
  Address address;
  address.tls = !scheme.tls.empty() && said == scheme.tls;
  if (!address.tls && said != scheme.plain) return wrong("must look like " + example);
  if (url.encoded_host().empty()) return wrong("has no host");
  if (url.has_userinfo()) return wrong("holds an account: use username and secret");
  if (!(url.encoded_path().empty() || url.encoded_path() == "/") || url.has_query() || url.has_fragment())
    return wrong("has more than host and port");
  address.host = url.host_address();
  address.port = url.has_port() ? url.port_number() : address.tls ? scheme.tls_port : scheme.plain_port;
  // Boost wraps what is above 65,535.
  if (address.port == 0 || (url.has_port() && std::string_view(url.port().data(), url.port().size()) != std::to_string(address.port)))
    return wrong("has a wrong port");
  return address;
}

}  // namespace callwright::cti::link
