#include "runtime/settings.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

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
