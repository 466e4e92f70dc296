#include "runtime/tls.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <sstream>

#include "runtime/errc.hpp"

namespace callwright::runtime {
namespace {

class LocalAuthority : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::path(testing::TempDir()) / ("tls_" + std::to_string(::getpid()));
    std::filesystem::remove_all(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  static std::string read(const std::filesystem::path& path) {
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
  }
  std::filesystem::path folder_;
};

TEST_F(LocalAuthority, MakesFilesThatTheServerTakes) {
  const auto made = init_local_ca(folder_, "desk.example");
  ASSERT_TRUE(made) << made.error().text();
  EXPECT_TRUE(server_tls(made->certificate, made->key));
  struct stat info {};
  ASSERT_EQ(::stat(made->key.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600U);
}

TEST_F(LocalAuthority, IsKeptWhenAServerCertificateIsMadeAnew) {
  const auto first = init_local_ca(folder_, "desk.example");
  ASSERT_TRUE(first);
  const std::string authority = read(first->ca_certificate);
  const std::string certificate = read(first->certificate);
  const auto second = init_local_ca(folder_, "192.0.2.7");
  ASSERT_TRUE(second) << second.error().text();
  EXPECT_EQ(read(second->ca_certificate), authority);
  EXPECT_NE(read(second->certificate), certificate);
}

TEST_F(LocalAuthority, RefusesWhatIsNoName) {
  for (const char* name : {"", "a b", "x,IP:1.2.3.4", "../x", "-x"}) EXPECT_FALSE(init_local_ca(folder_, name)) << name;
}

TEST_F(LocalAuthority, KeysThatOthersMayReadAreRefused) {
  const auto made = init_local_ca(folder_, "desk.example");
  ASSERT_TRUE(made);
  ::chmod(made->key.c_str(), 0644);
  const auto context = server_tls(made->certificate, made->key);
  ASSERT_FALSE(context);
  EXPECT_EQ(context.error().code, Errc::bad_secret);
}

}  // namespace
}  // namespace callwright::runtime
