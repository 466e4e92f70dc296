#include "runtime/settings.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <regex>
#include <sstream>

#include "runtime/errc.hpp"

namespace callwright::runtime {
namespace {

std::filesystem::path secret_file(const std::string& text, mode_t mode) {
  const auto path = std::filesystem::path(testing::TempDir()) / ("settings_secret_" + std::to_string(::getpid()));
  std::filesystem::remove(path);
  std::ofstream(path) << text;
  ::chmod(path.c_str(), mode);
  return path;
}

TEST(Settings, PrintedDefaultsReadBackAsTheDefaults) {
  const auto read = Settings::parse(Settings::print_defaults(), {});
  ASSERT_TRUE(read) << read.error().text();
  EXPECT_EQ(read->http_port, Settings::defaults().http_port);
  EXPECT_EQ(read->log_level, "info");
  EXPECT_EQ(read->store_path, "callwright.db");
}

TEST(Settings, UnknownKeysNameTheNearestKnownOne) {
  const auto read = Settings::parse("[http]\nprot = 80\n", {});
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, Errc::unknown_setting);
  EXPECT_EQ(read.error().context, "line 2: unknown key 'http.prot', did you mean 'http.port'?");
}

TEST(Settings, ValuesOutsideTheirLimitsAreRefused) {
  for (const char* text : {"http.port = 70000", "http.port = \"80\"", "log.level = \"loud\"", "feed.tls = 1", "http.origins = \"x\"", "secrets = 1", "a =", "[[,"}) {
    const auto read = Settings::parse(text, {});
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error().code, Errc::bad_setting) << text;
  }
}

/// The keys of a complete file, each with its comment and its default as they stand there.
struct Shown {
  std::string comment, key, value;
};
std::vector<Shown> shown_keys() {
  std::vector<Shown> all;
  std::istringstream text(Settings::print_defaults());
  std::string comment, section;
  for (std::string line; std::getline(text, line);) {
    const auto equals = line.find(" = ");
    if (line.starts_with("# ")) comment = line;
    else if (line.starts_with("[")) section = line.substr(1, line.size() - 2) + ".";
    else if (equals != std::string::npos) all.push_back({comment, section + line.substr(0, equals), line.substr(equals + 3)});
  }
  return all;
}

bool takes(const std::string& key, const std::string& value) { return Settings::parse(key + " = " + value, "/etc").has_value(); }

TEST(Settings, EveryKeyHoldsTheLimitsThatItsCommentGives) {
  const std::regex numbers(R"( (\d+) to (\d+)\.$)"), lists(R"(At most (\d+), of at most (\d+) bytes each\.$)");
  const auto text = [](std::size_t bytes) { return "\"" + std::string(bytes, 'x') + "\""; };
  const auto list = [&](std::size_t count, std::size_t bytes) {
    std::string all;
    for (std::size_t i = 0; i < count; ++i) all += (i ? "," : "") + text(bytes);
    return "[" + all + "]";
  };
  const auto keys = shown_keys();
  EXPECT_EQ(keys.size(), 17U);
  for (const auto& [comment, key, value] : keys) {
    SCOPED_TRACE(key);
    EXPECT_TRUE(takes(key, value));
    EXPECT_FALSE(takes(key, "1979-05-27"));
    EXPECT_FALSE(takes(key, "{}"));
    std::smatch limit;
    if (std::regex_search(comment, limit, numbers)) {
      const std::int64_t least = std::stoll(limit[1]), most = std::stoll(limit[2]);
      EXPECT_TRUE(takes(key, std::to_string(least)) && takes(key, std::to_string(most)));
      EXPECT_FALSE(takes(key, std::to_string(least - 1)) || takes(key, std::to_string(most + 1)) || takes(key, "\"1\"") || takes(key, "1.0"));
    } else if (std::regex_search(comment, limit, lists)) {
      const std::size_t count = std::stoul(limit[1]), bytes = std::stoul(limit[2]);
      EXPECT_TRUE(takes(key, list(count, bytes)));
      EXPECT_FALSE(takes(key, list(count + 1, 1)) || takes(key, list(1, bytes + 1)) || takes(key, "\"x\"") || takes(key, "[1]") || takes(key, "[\"a\\nb\"]"));
    } else if (value == "true" || value == "false") {
      EXPECT_FALSE(takes(key, "1") || takes(key, "\"true\""));
    } else if (comment.contains("An IP address.")) {
      EXPECT_TRUE(takes(key, "\"0.0.0.0\"") && takes(key, "\"::1\""));
      EXPECT_FALSE(takes(key, "\"\"") || takes(key, "\"example.com\"") || takes(key, text(300)) || takes(key, "\"1.2.3\"") || takes(key, "1"));
    } else if (comment.contains("One of ")) {
      EXPECT_FALSE(takes(key, "\"\"") || takes(key, "\"loud\"") || takes(key, "1"));
    } else {  // a path
      const std::string both = key.starts_with("tls.") ? "tls.key = \"k\"\ntls.certificate" : key;
      const std::string one = key == "tls.key" ? "tls.certificate = \"c\"\ntls.key" : both;
      EXPECT_TRUE(takes(one, text(4'095)));
      EXPECT_FALSE(takes(one, text(4'096)) || takes(one, "1") || takes(one, "\"a\\u0000b\""));
    }
  }
}

TEST(Settings, AnUnknownSectionIsRefusedAlsoWithNothingInIt) {
  for (const char* text : {"[htttp]\n", "[htttp]\nport = 1\n", "[http.more]\n", "[\"\"]\n"}) {
    const auto read = Settings::parse(text, {});
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error().code, Errc::unknown_setting) << text;
  }
  EXPECT_TRUE(Settings::parse("[http]\n[secrets]\n", {}));
}

TEST(Settings, SecretsAreNamedAsTheCentreNamesThemAndAreNotEndless) {
  const auto with = [](int count) {
    std::string text = "[secrets]\n";
    for (int i = 0; i < count; ++i) text += "s" + std::to_string(i) + " = \"f\"\n";
    return Settings::parse(text, {}).has_value();
  };
  EXPECT_TRUE(with(256));
  EXPECT_FALSE(with(257));
  for (const char* text : {"\"\" = \"f\"", "\"a\\u0007\" = \"f\"", "a = \"\"", "a = 1", "a = \"x\\ny\""}) EXPECT_FALSE(Settings::parse(std::string("[secrets]\n") + text, {})) << text;
  EXPECT_FALSE(Settings::parse("[secrets]\n" + std::string(65, 'a') + " = \"f\"", {}));
  EXPECT_FALSE(Settings::parse("[secrets]\na = \"" + std::string(4'096, 'f') + "\"", {}));
}

TEST(Settings, ATlsFeedNeedsACertificate) {
  const auto read = Settings::parse("feed.tls = true", {});
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().context, "feed.tls needs tls.certificate and tls.key");
  EXPECT_TRUE(Settings::parse("feed.tls = true\ntls.key = \"k\"\ntls.certificate = \"c\"", {}));
}

TEST(Settings, OverridesWinAndBareTextIsText) {
  const auto read = Settings::parse("http.port = 1\n", {}, {"http.port=9000", "http.address=::1", "log.level=\"debug\""});
  ASSERT_TRUE(read) << read.error().text();
  EXPECT_EQ(read->http_port, 9000);
  EXPECT_EQ(read->http_address, "::1");
  EXPECT_EQ(read->log_level, "debug");
  EXPECT_FALSE(Settings::parse("", {}, {"http.prot=1"}));
  EXPECT_FALSE(Settings::parse("", {}, {"nonsense"}));
}

TEST(Settings, RelativePathsStartFromTheFilesFolder) {
  const auto read = Settings::parse("store.path = \"a.db\"\nweb.root = \"/pages\"\n[secrets]\nari = \"ari.secret\"\n", "/etc/callwright");
  ASSERT_TRUE(read) << read.error().text();
  EXPECT_EQ(read->store_path, "/etc/callwright/a.db");
  EXPECT_EQ(read->web_root, "/pages");
  EXPECT_EQ(read->centre_path, "/etc/callwright/centre.toml");
  EXPECT_EQ(read->secrets.at("ari"), "/etc/callwright/ari.secret");
}

TEST(Settings, TlsNeedsBothFiles) { EXPECT_FALSE(Settings::parse("tls.key = \"k\"", {})); }

TEST(Secret, IsTheFileWithoutItsLastLineEnd) {
  const auto secret = read_secret(secret_file("hunter2\n", 0600));
  ASSERT_TRUE(secret) << secret.error().text();
  EXPECT_EQ(*secret, "hunter2");
}

TEST(Secret, FilesThatOthersMayReadAreRefusedWithTheCommand) {
  const auto secret = read_secret(secret_file("hunter2\n", 0640));
  ASSERT_FALSE(secret);
  EXPECT_EQ(secret.error().code, Errc::bad_secret);
  EXPECT_NE(secret.error().context.find("chmod 600"), std::string::npos);
  EXPECT_EQ(secret.error().context.find("hunter2"), std::string::npos);
}

TEST(Secret, LimitsAreHeldExactly) {
  EXPECT_TRUE(read_secret(secret_file(std::string(4096, 'x'), 0600)));
  EXPECT_FALSE(read_secret(secret_file(std::string(4097, 'x'), 0600)));
  EXPECT_FALSE(read_secret(secret_file("\n", 0600)));
  EXPECT_FALSE(read_secret("/nowhere/at/all"));
}

}  // namespace
}  // namespace callwright::runtime
