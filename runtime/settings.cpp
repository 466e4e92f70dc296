#include "runtime/settings.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/ip/address.hpp>
#include <fstream>
#include <optional>
#include <span>
#include <sstream>
#include <variant>

#include "runtime/errc.hpp"
#include "runtime/toml.hpp"

namespace callwright::runtime {
namespace {

constexpr std::size_t kPathLimit = 4'095;
constexpr std::size_t kSecretsLimit = 256;
constexpr std::size_t kSecretNameLimit = 64;  // as `secret` in the centre document

struct Path {
  std::string Settings::* member;
  std::string_view value;
};
struct Address {
  std::string Settings::* member;
  std::string_view value;
};
struct Choice {
  std::string Settings::* member;
  std::string_view value;
  std::vector<std::string_view> choices;
};
struct Number {
  std::int64_t Settings::* member;
  std::int64_t value, least, most;
};
struct Flag {
  bool Settings::* member;
  bool value;
};
struct List {
  std::vector<std::string> Settings::* member;
  std::size_t most, most_bytes;
};

struct Declaration {
  std::string_view key;
  std::string_view text;
  std::variant<Path, Address, Choice, Number, Flag, List> what;
};

/// Every key of server.toml, in the order in which `print_defaults` shows them. `[secrets]` alone has free names.
std::span<const Declaration> declarations() {
  using S = Settings;
  static const std::vector<Declaration> all{
      {"http.address", "Where pages, REST and WebSocket are served. Beyond loopback only with [tls].", Address{&S::http_address, "127.0.0.1"}},
      {"http.port", "0: any free port, printed at the start.", Number{&S::http_port, 8080, 0, 65'535}},
      {"http.origins", "Further origins under which browsers reach the pages, e.g. [\"https://cti.example.com\"].", List{&S::http_origins, 64, 255}},
      {"http.connections", "Open HTTP and WebSocket connections; further ones are refused.", Number{&S::http_connections, 4'096, 16, 65'536}},
      {"tls.certificate", "PEM chain. `callwright tls init NAME` makes one.", Path{&S::tls_certificate, ""}},
      {"tls.key", "PEM key, mode 0600.", Path{&S::tls_key, ""}},
      {"web.root", "Folder of the built pages; empty: API only.", Path{&S::web_root, "web"}},
      {"store.path", "The SQLite file of the contact-management store.", Path{&S::store_path, "callwright.db"}},
      {"store.spool_mib", "Room for facts that wait while the disk is full, busy or hangs; then new contacts are refused. As much again is for those who are here.",
       Number{&S::store_spool_mib, 128, 1, 4'096}},
      {"centre.path", "The centre document that the first start imports; later starts ignore it.", Path{&S::centre_path, "centre.toml"}},
      {"feed.address", "Where switches with the native feed connect to.", Address{&S::feed_address, "127.0.0.1"}},
      {"feed.port", "0: any free port.", Number{&S::feed_port, 8081, 0, 65'535}},
      {"feed.tls", "The feed speaks TLS with the files of [tls]. Required beyond loopback.", Flag{&S::feed_tls, false}},
      {"asterisk.ca", "PEM of the authority that signed the certificates of Asterisks reached by https; empty: the system's.", Path{&S::asterisk_ca, ""}},
      {"log.level", "Lines of this level and above go to standard error.", Choice{&S::log_level, "info", {"debug", "info", "warn", "error", "off"}}},
      {"metrics.public", "/metrics answers everybody; otherwise loopback, or an API token with scope metrics:read.", Flag{&S::metrics_public, false}},
      {"node", "Part of every id; differs between servers that share a store.", Number{&S::node, 0, 0, 1'023}},
  };
  return all;
}

std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = std::exchange(row[j], std::min({row[j] + 1, row[j - 1] + 1, change}));
    }
  }
  return row.back();
}

std::string_view nearest(std::string_view key) {
  const auto all = declarations();
  return std::min_element(all.begin(), all.end(), [&](const Declaration& a, const Declaration& b) {
           return distance(key, a.key) < distance(key, b.key);
         })->key;
}

bool is_section(std::string_view key) {
  return std::ranges::any_of(declarations(), [&](const Declaration& one) { return one.key.starts_with(key) && one.key.substr(key.size()).starts_with('.'); });
}

bool is_text(std::string_view text, std::size_t most_bytes) {
  return text.size() <= most_bytes && std::ranges::none_of(text, [](unsigned char c) { return c < 0x20 || c == 0x7F; });
}

const Declaration* find(std::string_view key) {
  for (const Declaration& declaration : declarations())
    if (declaration.key == key) return &declaration;
  return nullptr;
}

/// Takes values out of parsed TOML into one `Settings`.
class Taker {
 public:
  Taker(Settings& settings, const std::filesystem::path& folder) : settings_(settings), folder_(folder) {}

  Result<void> take(const toml::table& table, const std::string& prefix = {}) {
    for (const auto& [name, node] : table) {
      const std::string key = prefix + std::string(name.str());
      const auto taken = key == "secrets" ? take_secrets(node) : take_one(key, node);
      if (!taken) return taken;
    }
    return {};
  }

 private:
  Result<void> take_one(const std::string& key, const toml::node& node) {
    if (const Declaration* declaration = find(key))
      return std::visit([&](const auto& what) { return take_value(key, what, node); }, declaration->what);
    if (const toml::table* inner = node.as_table(); inner && is_section(key)) return take(*inner, key + ".");
    return fail(Errc::unknown_setting, where(node) + "unknown key '" + key + "', did you mean '" + std::string(nearest(key)) + "'?");
  }

  Result<void> take_value(const std::string& key, const Path& what, const toml::node& node) {
    const auto value = node.value_exact<std::string>();
    if (!value || !is_text(*value, kPathLimit)) return wrong(key, node, "a path in quotes, of at most " + std::to_string(kPathLimit) + " bytes");
    settings_.*what.member = resolve(*value);
    return {};
  }
  Result<void> take_value(const std::string& key, const Address& what, const toml::node& node) {
    const auto value = node.value_exact<std::string>();
    boost::system::error_code no_address;
    if (value) (void)boost::asio::ip::make_address(*value, no_address);
    if (!value || no_address) return wrong(key, node, "an IP address in quotes, such as \"127.0.0.1\" or \"::\"");
    settings_.*what.member = *value;
    return {};
  }
  Result<void> take_value(const std::string& key, const Choice& what, const toml::node& node) {
    const auto value = node.value_exact<std::string>();
    if (!value || std::ranges::find(what.choices, *value) == what.choices.end()) {
      std::string choices;
      for (std::string_view choice : what.choices) choices += (choices.empty() ? "" : ", ") + std::string(choice);
      return wrong(key, node, "one of " + choices + ", in quotes");
    }
    settings_.*what.member = *value;
    return {};
  }
  Result<void> take_value(const std::string& key, const Number& what, const toml::node& node) {
    const auto value = node.value_exact<std::int64_t>();
    if (!value || *value < what.least || *value > what.most)
      return wrong(key, node, "a whole number from " + std::to_string(what.least) + " to " + std::to_string(what.most));
    settings_.*what.member = *value;
    return {};
  }
  Result<void> take_value(const std::string& key, const Flag& what, const toml::node& node) {
    const auto value = node.value_exact<bool>();
    if (!value) return wrong(key, node, "true or false");
    settings_.*what.member = *value;
    return {};
  }
  Result<void> take_value(const std::string& key, const List& what, const toml::node& node) {
    std::vector<std::string> values;
    const std::string wanted = "a list of at most " + std::to_string(what.most) + " texts of at most " + std::to_string(what.most_bytes) + " bytes";
    const toml::array* array = node.as_array();
    if (!array || array->size() > what.most) return wrong(key, node, wanted);
    for (const toml::node& item : *array) {
      const auto value = item.value_exact<std::string>();
      if (!value || !is_text(*value, what.most_bytes)) return wrong(key, item, wanted);
      values.push_back(*value);
    }
    settings_.*what.member = std::move(values);
    return {};
  }

  Result<void> take_secrets(const toml::node& node) {
    const toml::table* table = node.as_table();
    if (!table) return wrong("secrets", node, "a table of name = \"path of the file\"");
    for (const auto& [name, value] : *table) {
      const auto path = value.value_exact<std::string>();
      if (name.str().empty() || !is_text(name.str(), kSecretNameLimit))
        return fail(Errc::bad_setting, where(value) + "a name in [secrets] has 1 to " + std::to_string(kSecretNameLimit) + " bytes");
      const std::string key = "secrets." + std::string(name.str());
      if (!path || path->empty() || !is_text(*path, kPathLimit))
        return wrong(key, value, "the path of a file in quotes, of at most " + std::to_string(kPathLimit) + " bytes");
      settings_.secrets[std::string(name.str())] = resolve(*path);
    }
    if (settings_.secrets.size() > kSecretsLimit) return wrong("secrets", node, "at most " + std::to_string(kSecretsLimit) + " names");
    return {};
  }

  std::string resolve(const std::string& path) const {
    if (path.empty() || folder_.empty() || std::filesystem::path(path).is_absolute()) return path;
    return (folder_ / path).string();
  }
  static std::string where(const toml::node& node) {
    const auto line = node.source().begin.line;
    return line == 0 ? "" : "line " + std::to_string(line) + ": ";
  }
  static Result<void> wrong(const std::string& key, const toml::node& node, const std::string& wanted) {
    return fail(Errc::bad_setting, where(node) + "'" + key + "' must be " + wanted);
  }

  Settings& settings_;
  const std::filesystem::path& folder_;
};

/// `http.port=8080` as TOML; a value that is no TOML is taken as text, so that `http.address=0.0.0.0` works.
Result<toml::table> parse_override(const std::string& text) {
  const auto equals = text.find('=');
  if (equals == std::string::npos) return fail(Errc::bad_setting, "'" + text + "' is not key=value");
  const std::string key = text.substr(0, equals);
  const std::string value = text.substr(equals + 1);
  if (auto typed = toml::parse(key + " = " + value)) return std::move(typed).table();
  std::string quoted;
  for (char c : value) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  auto parsed = toml::parse(key + " = \"" + quoted + "\"");
  if (!parsed) return fail(Errc::bad_setting, "'" + text + "': " + std::string(parsed.error().description()));
  return std::move(parsed).table();
}

struct PrintValue {
  template <class TextForm>
  std::string operator()(const TextForm& what) const { return "\"" + std::string(what.value) + "\""; }
  std::string operator()(const Number& what) const { return std::to_string(what.value); }
  std::string operator()(const Flag& what) const { return what.value ? "true" : "false"; }
  std::string operator()(const List&) const { return "[]"; }
};

struct PrintLimits {
  std::string operator()(const Path&) const { return {}; }
  std::string operator()(const Address&) const { return " An IP address."; }
  std::string operator()(const Choice& what) const {
    std::string text;
    for (std::string_view choice : what.choices) text += (text.empty() ? " One of " : ", ") + std::string(choice);
    return text + ".";
  }
  std::string operator()(const Number& what) const { return " " + std::to_string(what.least) + " to " + std::to_string(what.most) + "."; }
  std::string operator()(const Flag&) const { return {}; }
  std::string operator()(const List& what) const { return " At most " + std::to_string(what.most) + ", of at most " + std::to_string(what.most_bytes) + " bytes each."; }
};

}  // namespace

Settings Settings::defaults() {
  Settings settings{};
  for (const Declaration& declaration : declarations())
    std::visit(
        [&](const auto& what) {
          if constexpr (requires { what.value; }) settings.*what.member = std::decay_t<decltype(settings.*what.member)>(what.value);
        },
        declaration.what);
  return settings;
}

Result<Settings> Settings::parse(std::string_view text, const std::filesystem::path& folder, const std::vector<std::string>& overrides) {
  Settings settings = defaults();
  // Defaults that are paths start from the folder as well.
  for (const Declaration& declaration : declarations())
    if (const Path* what = std::get_if<Path>(&declaration.what); what && !what->value.empty() && !folder.empty())
      settings.*what->member = (folder / what->value).string();
  const toml::parse_result parsed = toml::parse(text);
  if (!parsed) return fail(Errc::bad_setting, "line " + std::to_string(parsed.error().source().begin.line) + ": " + std::string(parsed.error().description()));
  if (auto taken = Taker(settings, folder).take(parsed.table()); !taken) return std::unexpected(taken.error());
  for (const std::string& one : overrides) {
    auto table = parse_override(one);
    if (!table) return std::unexpected(table.error());
    // What stands on the command line is relative to where it was typed.
    if (auto taken = Taker(settings, {}).take(*table); !taken) return std::unexpected(Error{taken.error().code, "'" + one + "': " + taken.error().context});
  }
  if (settings.tls_certificate.empty() != settings.tls_key.empty())
    return fail(Errc::bad_setting, "tls.certificate and tls.key go together: set both or neither");
  if (settings.feed_tls && settings.tls_certificate.empty()) return fail(Errc::bad_setting, "feed.tls needs tls.certificate and tls.key");
  return settings;
}

Result<Settings> Settings::load(const std::filesystem::path& path, const std::vector<std::string>& overrides) {
  if (path.empty()) return parse({}, {}, overrides);
  std::ifstream file(path, std::ios::binary);
  if (!file) return fail(Errc::io, "cannot read " + path.string());
  std::ostringstream text;
  text << file.rdbuf();
  auto settings = parse(text.view(), std::filesystem::absolute(path).parent_path(), overrides);
  if (!settings) return std::unexpected(Error{settings.error().code, path.string() + ": " + settings.error().context});
  return settings;
}

std::string Settings::print_defaults() {
  std::string out = "# server.toml with every key at its default. Relative paths start from this file's folder.\n";
  std::string section;
  const auto print = [&](const Declaration& declaration, std::string_view name) {
    out += "\n# " + std::string(declaration.text) + std::visit(PrintLimits{}, declaration.what) + "\n";
    out += std::string(name) + " = " + std::visit(PrintValue{}, declaration.what) + "\n";
  };
  for (const Declaration& declaration : declarations())
    if (!declaration.key.contains('.')) print(declaration, declaration.key);
  for (const Declaration& declaration : declarations()) {
    const auto dot = declaration.key.find('.');
    if (dot == std::string_view::npos) continue;
    if (const std::string_view of = declaration.key.substr(0, dot); of != section) {
      section = of;
      out += "\n[" + section + "]\n";
    }
    print(declaration, declaration.key.substr(dot + 1));
  }
  out += "\n# name = \"path\": files that hold one secret each, mode 0600; at most " + std::to_string(kSecretsLimit) + ". The centre document names them (secret).\n[secrets]\n";
  return out;
}

Result<std::string> Settings::secret(std::string_view name) const {
  const auto found = secrets.find(std::string(name));
  if (found == secrets.end()) return fail(Errc::bad_secret, "no secret '" + std::string(name) + "' in [secrets]");
  return read_secret(found->second);
}

Result<std::string> read_secret(const std::filesystem::path& file) {
  constexpr std::size_t kLimit = 4096;
  const int handle = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (handle < 0) return fail(Errc::bad_secret, "cannot read " + file.string());
  struct stat info {};
  std::array<char, kLimit + 1> buffer{};
  const bool known = ::fstat(handle, &info) == 0 && S_ISREG(info.st_mode);
  const ssize_t size = known ? ::read(handle, buffer.data(), buffer.size()) : -1;
  ::close(handle);
  if (size < 0) return fail(Errc::bad_secret, file.string() + " is no readable file");
  if ((info.st_mode & 077) != 0) return fail(Errc::bad_secret, "others may read " + file.string() + ": chmod 600 " + file.string());
  std::string secret(buffer.data(), static_cast<std::size_t>(size));
  std::fill(buffer.begin(), buffer.end(), '\0');
  if (secret.size() > kLimit) return fail(Errc::bad_secret, file.string() + " is longer than 4096 bytes");
  if (secret.ends_with('\n')) secret.pop_back();
  if (secret.ends_with('\r')) secret.pop_back();
  if (secret.empty()) return fail(Errc::bad_secret, file.string() + " is empty");
  return secret;
}

}  // namespace callwright::runtime
