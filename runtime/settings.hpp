#pragma once
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace callwright::runtime {

/// `server.toml`: what the machine must know before the store is open. Read once, at the start.
///
/// Each key is declared once, in the table of settings.cpp, with its text, default and limits; the members here get their
/// defaults from it. Everything about the centre itself (queues, agents, switches) stands in the centre document instead.
/// Relative paths are relative to the file's folder; without a file, to the working directory.
struct Settings {
  std::string http_address;
  std::int64_t http_port;
  std::vector<std::string> http_origins;  ///< further origins under which pages are reached (`https://cti.example.com`)
  std::int64_t http_connections;
  std::string tls_certificate;  ///< PEM files; both or neither
  std::string tls_key;
  std::string web_root;
  std::string store_path;
  std::int64_t store_spool_mib;
  std::string centre_path;
  std::string feed_address;
  std::int64_t feed_port;
  bool feed_tls;
  std::string asterisk_ca;
  std::string log_level;
  bool metrics_public;
  std::int64_t node;
  std::map<std::string, std::string> secrets;  ///< name -> path of the file that holds it

  /// Every key at its default.
  static Settings defaults();

  /// Reads a file and then `overrides` of the form `http.port=8080` (TOML values; bare text is taken as a string).
  /// `path` empty: no file. Errors: `Errc::io`, `Errc::unknown_setting` (names the nearest known key), `Errc::bad_setting`.
  static Result<Settings> load(const std::filesystem::path& path, const std::vector<std::string>& overrides = {});

  /// The same for TOML text; `folder` is what relative paths start from.
  static Result<Settings> parse(std::string_view toml, const std::filesystem::path& folder, const std::vector<std::string>& overrides = {});

  /// A complete server.toml with every key, its text, limits and default.
  static std::string print_defaults();

  /// The secret named in `[secrets]`: the file's text without its last line end. The file must be the server's own, 1 byte to
  /// 4 KiB, and closed to group and others. Errors: `Errc::bad_secret` (says what to do; never shows the secret).
  Result<std::string> secret(std::string_view name) const;
};

/// Reads one secret file under the rules of `Settings::secret`.
Result<std::string> read_secret(const std::filesystem::path& file);

}  // namespace callwright::runtime
