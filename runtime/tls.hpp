#pragma once
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace boost::asio::ssl {
class context;
}

namespace callwright::runtime {

/// TLS 1.2 and later for what we serve. The key file must be closed to group and others.
/// Errors: `Errc::bad_certificate`, `Errc::bad_secret`.
Result<std::shared_ptr<boost::asio::ssl::context>> server_tls(const std::filesystem::path& certificate, const std::filesystem::path& key);

/// TLS for what we call, verifying the peer against the system's roots, or against `ca` alone if it is not empty.
Result<std::shared_ptr<boost::asio::ssl::context>> client_tls(const std::filesystem::path& ca = {});

/// What `init_local_ca` left in its folder.
struct LocalCa {
  std::filesystem::path ca_certificate;  ///< give this one to the browsers
  std::filesystem::path certificate;     ///< tls.certificate
  std::filesystem::path key;             ///< tls.key, mode 0600
};

/// `callwright tls init NAME`: a certificate authority of our own (10 years) and a server certificate (825 days) for `name`,
/// `localhost`, 127.0.0.1 and ::1, all P-256, in `folder`. An existing authority is used again, so that browsers that trust
/// it need not change; the server's certificate is made anew. `name`: a DNS name or an IP address.
/// Errors: `Errc::bad_certificate`, `Errc::io`.
Result<LocalCa> init_local_ca(const std::filesystem::path& folder, std::string_view name);

}  // namespace callwright::runtime
