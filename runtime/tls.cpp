#include "runtime/tls.hpp"

#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>
#include <unistd.h>
#include <fcntl.h>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ssl/context.hpp>
#include <cstdio>
#include <memory>
#include <utility>

#include "runtime/errc.hpp"

namespace callwright::runtime {
namespace {

namespace ssl = boost::asio::ssl;
using KeyPtr = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using CertificatePtr = std::unique_ptr<X509, decltype(&X509_free)>;
using FilePtr = std::unique_ptr<std::FILE, decltype(&std::fclose)>;

constexpr long kCaDays = 3650;
constexpr long kServerDays = 825;  // browsers refuse longer ones

Result<void> check_key_mode(const std::filesystem::path& key) {
  struct stat info {};
  if (::stat(key.c_str(), &info) != 0) return fail(Errc::bad_secret, "cannot read " + key.string());
  if ((info.st_mode & 077) != 0) return fail(Errc::bad_secret, "others may read " + key.string() + ": chmod 600 " + key.string());
  return {};
}

FilePtr open_new(const std::filesystem::path& path, mode_t mode) {
  const int handle = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
  if (handle >= 0) ::fchmod(handle, mode);
  return {handle < 0 ? nullptr : ::fdopen(handle, "w"), &std::fclose};
}

bool write_key(const std::filesystem::path& path, EVP_PKEY* key) {
  const FilePtr file = open_new(path, 0600);
  return file && PEM_write_PrivateKey(file.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1;
}

bool write_certificates(const std::filesystem::path& path, std::initializer_list<X509*> chain) {
  const FilePtr file = open_new(path, 0644);
  if (!file) return false;
  for (X509* certificate : chain)
    if (PEM_write_X509(file.get(), certificate) != 1) return false;
  return true;
}

KeyPtr read_key(const std::filesystem::path& path) {
  const FilePtr file(std::fopen(path.c_str(), "r"), &std::fclose);
  return {file ? PEM_read_PrivateKey(file.get(), nullptr, nullptr, nullptr) : nullptr, &EVP_PKEY_free};
}

CertificatePtr read_certificate(const std::filesystem::path& path) {
  const FilePtr file(std::fopen(path.c_str(), "r"), &std::fclose);
  return {file ? PEM_read_X509(file.get(), nullptr, nullptr, nullptr) : nullptr, &X509_free};
}

bool add_extension(X509* certificate, X509* issuer, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str());
  if (!extension) return false;
  const bool added = X509_add_ext(certificate, extension, -1) == 1;
  X509_EXTENSION_free(extension);
  return added;
}

CertificatePtr new_certificate(EVP_PKEY* key, const std::string& common_name, long days) {
  CertificatePtr certificate(X509_new(), &X509_free);
  X509_set_version(certificate.get(), 2);
  std::unique_ptr<BIGNUM, decltype(&BN_free)> serial(BN_new(), &BN_free);
  BN_rand(serial.get(), 127, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY);
  BN_to_ASN1_INTEGER(serial.get(), X509_get_serialNumber(certificate.get()));
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), days * 86'400);
  X509_set_pubkey(certificate.get(), key);
  X509_NAME* subject = X509_get_subject_name(certificate.get());
  const auto* text = reinterpret_cast<const unsigned char*>(common_name.c_str());
  X509_NAME_add_entry_by_txt(subject, "O", MBSTRING_UTF8, reinterpret_cast<const unsigned char*>("Callwright"), -1, -1, 0);
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, text, static_cast<int>(common_name.size()), -1, 0);
  return certificate;
}

CertificatePtr make_authority(EVP_PKEY* key, std::string_view name) {
  CertificatePtr certificate = new_certificate(key, "Callwright local CA of " + std::string(name).substr(0, 32), kCaDays);
  X509* raw = certificate.get();
  X509_set_issuer_name(raw, X509_get_subject_name(raw));
  const bool good = add_extension(raw, raw, NID_basic_constraints, "critical,CA:TRUE,pathlen:0") &&
                    add_extension(raw, raw, NID_key_usage, "critical,keyCertSign,cRLSign") &&
                    add_extension(raw, raw, NID_subject_key_identifier, "hash") && X509_sign(raw, key, EVP_sha256()) != 0;
  if (!good) certificate.reset();
  return certificate;
}

CertificatePtr make_server(EVP_PKEY* key, const std::string& name, bool is_address, X509* authority, EVP_PKEY* authority_key) {
  CertificatePtr certificate = new_certificate(key, name.substr(0, 64), kServerDays);
  X509* raw = certificate.get();
  X509_set_issuer_name(raw, X509_get_subject_name(authority));
  std::string names = "DNS:localhost,IP:127.0.0.1,IP:::1";
  if (name != "localhost" && name != "127.0.0.1" && name != "::1") names = (is_address ? "IP:" : "DNS:") + name + "," + names;
  const bool good = add_extension(raw, authority, NID_basic_constraints, "critical,CA:FALSE") &&
                    add_extension(raw, authority, NID_key_usage, "critical,digitalSignature") &&
                    add_extension(raw, authority, NID_ext_key_usage, "serverAuth") &&
                    add_extension(raw, authority, NID_subject_alt_name, names) &&
                    add_extension(raw, authority, NID_authority_key_identifier, "keyid:always") &&
                    X509_sign(raw, authority_key, EVP_sha256()) != 0;
  if (!good) certificate.reset();
  return certificate;
}

bool is_dns_name(std::string_view name) {
  if (name.empty() || name.size() > 253 || name.front() == '-' || name.front() == '.') return false;
  for (char c : name)
    if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.')) return false;
  return true;
}

}  // namespace

Result<std::shared_ptr<ssl::context>> server_tls(const std::filesystem::path& certificate, const std::filesystem::path& key) {
  if (auto mode = check_key_mode(key); !mode) return std::unexpected(mode.error());
  auto context = std::make_shared<ssl::context>(ssl::context::tls_server);
  context->set_options(ssl::context::default_workarounds | ssl::context::no_sslv2 | ssl::context::no_sslv3 | ssl::context::no_tlsv1 |
                       ssl::context::no_tlsv1_1 | ssl::context::single_dh_use);
  boost::system::error_code error;
  if (context->use_certificate_chain_file(certificate.string(), error); error)
    return fail(Errc::bad_certificate, certificate.string() + ": " + error.message());
  if (context->use_private_key_file(key.string(), ssl::context::pem, error); error)
    return fail(Errc::bad_certificate, key.string() + ": " + error.message());
  if (SSL_CTX_check_private_key(context->native_handle()) != 1)
    return fail(Errc::bad_certificate, key.string() + " does not belong to " + certificate.string());
  return context;
}

Result<std::shared_ptr<ssl::context>> client_tls(const std::filesystem::path& ca) {
  auto context = std::make_shared<ssl::context>(ssl::context::tls_client);
  context->set_options(ssl::context::default_workarounds | ssl::context::no_sslv2 | ssl::context::no_sslv3 | ssl::context::no_tlsv1 |
                       ssl::context::no_tlsv1_1);
  context->set_verify_mode(ssl::verify_peer);
  boost::system::error_code error;
  if (ca.empty())
    context->set_default_verify_paths(error);
  else
    context->load_verify_file(ca.string(), error);
  if (error) return fail(Errc::bad_certificate, ca.string() + ": " + error.message());
  return context;
}

Result<LocalCa> init_local_ca(const std::filesystem::path& folder, std::string_view name) {
  boost::system::error_code not_address;
  (void)boost::asio::ip::make_address(std::string(name), not_address);
  if (not_address && !is_dns_name(name)) return fail(Errc::bad_certificate, "not a host name or address: " + std::string(name));

  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return fail(Errc::io, folder.string() + ": " + error.message());
  const auto ca_key_file = folder / "ca.key";
  LocalCa made{folder / "ca.pem", folder / "server.pem", folder / "server.key"};

  KeyPtr ca_key = read_key(ca_key_file);
  CertificatePtr ca = read_certificate(made.ca_certificate);
  if (!ca_key || !ca || X509_check_private_key(ca.get(), ca_key.get()) != 1) {
    ca_key = KeyPtr(EVP_EC_gen("P-256"), &EVP_PKEY_free);
    ca = ca_key ? make_authority(ca_key.get(), name) : CertificatePtr(nullptr, &X509_free);
    if (!ca) return fail(Errc::bad_certificate, "cannot make the authority");
    if (!write_key(ca_key_file, ca_key.get()) || !write_certificates(made.ca_certificate, {ca.get()}))
      return fail(Errc::io, "cannot write to " + folder.string());
  }
  const KeyPtr key(EVP_EC_gen("P-256"), &EVP_PKEY_free);
  if (!key) return fail(Errc::bad_certificate, "cannot make a key");
  const CertificatePtr server = make_server(key.get(), std::string(name), !not_address, ca.get(), ca_key.get());
  if (!server) return fail(Errc::bad_certificate, "cannot make the certificate");
  if (!write_key(made.key, key.get()) || !write_certificates(made.certificate, {server.get(), ca.get()}))
    return fail(Errc::io, "cannot write to " + folder.string());
  return made;
}

}  // namespace callwright::runtime
