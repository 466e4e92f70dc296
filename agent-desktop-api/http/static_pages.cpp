#include "agent-desktop-api/http/static_pages.hpp"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <fstream>
#include <sstream>
#include <utility>

#include "agent-desktop-api/errc.hpp"

namespace callwright::desktop {
namespace {

constexpr std::size_t kFiles = 1'000;
constexpr std::size_t kBytes = 64 * 1024 * 1024;

using TypeRow = std::pair<std::string_view, std::string_view>;
constexpr std::array<TypeRow, 9> kTypes{{{".html", "text/html; charset=utf-8"},
                                         {".js", "text/javascript; charset=utf-8"},
                                         {".css", "text/css; charset=utf-8"},
                                         {".svg", "image/svg+xml"},
                                         {".png", "image/png"},
                                         {".ico", "image/x-icon"},
                                         {".woff2", "font/woff2"},
                                         {".json", "application/json"},
                                         {".txt", "text/plain; charset=utf-8"}}};

std::string type_of(std::string_view name) {
  for (const auto& [ending, type] : kTypes)
    if (name.ends_with(ending)) return std::string(type);
  return "application/octet-stream";
}

/// `app-4QXJ2ABC.js`: eight characters of hash before the ending.
bool has_hash(std::string_view name) {
  const auto dash = name.rfind('-');
  if (dash == std::string_view::npos) return false;
  const auto dot = name.find('.', dash);
  if (dot == std::string_view::npos || dot - dash - 1 < 8) return false;
  return std::all_of(name.begin() + static_cast<std::ptrdiff_t>(dash) + 1, name.begin() + static_cast<std::ptrdiff_t>(dot),
                     [](char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); });
}

bool is_plain_name(std::string_view name) {
  return !name.empty() && name.front() != '.' && name.find('/') == std::string_view::npos && name.find('\\') == std::string_view::npos &&
         name.find('\0') == std::string_view::npos;
}

std::shared_ptr<const std::string> read_file(const std::filesystem::path& path) {
  if (std::error_code error; !std::filesystem::is_regular_file(std::filesystem::symlink_status(path, error))) return nullptr;
  std::ifstream file(path, std::ios::binary);
  if (!file) return nullptr;
  std::ostringstream text;
  text << file.rdbuf();
  return std::make_shared<const std::string>(std::move(text).str());
}

std::string etag_of(const std::string& body) {
  std::array<unsigned char, 16> hash{};
  crypto_generichash(hash.data(), hash.size(), reinterpret_cast<const unsigned char*>(body.data()), body.size(), nullptr, 0);
  std::array<char, 33> hex{};
  sodium_bin2hex(hex.data(), hex.size(), hash.data(), hash.size());
  return "\"" + std::string(hex.data()) + "\"";
}

}  // namespace

Result<StaticPages> StaticPages::load(const std::filesystem::path& root) {
  StaticPages pages;
  if (root.empty()) return pages;
  const auto manifest = read_file(root / "manifest.json");
  if (!manifest) return fail(Errc::bad_request, "no manifest.json in web.root " + root.string() + ": build the pages first");
  boost::json::error_code error;
  const auto parsed = boost::json::parse(*manifest, error);
  if (error || !parsed.is_object()) return fail(Errc::bad_request, (root / "manifest.json").string() + " is no JSON object");
  std::size_t bytes = 0;
  for (const auto& entry : parsed.get_object()) {
    const std::string path(entry.key());
    const std::string name = entry.value().is_string() ? std::string(entry.value().get_string()) : std::string{};
    if (!path.starts_with('/') || !is_plain_name(name)) return fail(Errc::bad_request, "manifest.json: '" + path + "' names no file of its folder");
    File file{type_of(name), {}, has_hash(name), read_file(root / name), read_file(root / (name + ".gz"))};
    if (!file.body) return fail(Errc::bad_request, "manifest.json names " + name + ", which is not in " + root.string());
    file.etag = etag_of(*file.body);
    bytes += file.body->size() + (file.gzip ? file.gzip->size() : 0);
    if (bytes > kBytes || pages.files_.size() >= kFiles) return fail(Errc::bad_request, root.string() + " holds more than pages can be");
    pages.files_.emplace(path, std::move(file));
  }
  if (!pages.files_.contains("/")) return fail(Errc::bad_request, "manifest.json has no start page '/'");
  return pages;
}

HttpResponse StaticPages::get(const HttpRequest& request) const {
  auto found = files_.find(request.path);
  const bool is_view = request.path.find('.') == std::string::npos;
  if (found == files_.end() && is_view) found = files_.find("/");
  if (found == files_.end()) {
    HttpResponse missing;
    missing.status = 404;
    missing.content_type = "text/plain; charset=utf-8";
    missing.body = std::make_shared<const std::string>("There is no such page.\n");
    return missing;
  }
  const File& file = found->second;
  HttpResponse response;
  response.headers.emplace_back("Cache-Control", file.immutable ? "public, max-age=31536000, immutable" : "no-cache");
  response.headers.emplace_back("ETag", file.etag);
  if (file.gzip) response.headers.emplace_back("Vary", "Accept-Encoding");
  if (request.header("if-none-match") == file.etag) {
    response.status = 304;
    return response;
  }
  response.content_type = file.type;
  response.body = file.body;
  if (file.gzip && request.header("accept-encoding").find("gzip") != std::string_view::npos) {
    response.headers.emplace_back("Content-Encoding", "gzip");
    response.body = file.gzip;
  }
  return response;
}

}  // namespace callwright::desktop
