#include <gmock/gmock.h>

#include <filesystem>

#include "agent-desktop-api/auth/secret_token.hpp"
#include "contacts/accounts.hpp"
#include "contacts/store.hpp"
#include "server/commands.hpp"

namespace callwright::server {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class TokenCommands : public testing::Test {
 protected:
  TokenCommands() {
    settings_.store_path = (std::filesystem::temp_directory_path() / ("callwright-tokens-" + std::to_string(::getpid()) + ".db")).string();
  }
  ~TokenCommands() override {
    for (const char* end : {"", "-wal", "-shm"}) std::filesystem::remove(settings_.store_path + end);
  }
  std::string add(const TokenArguments& arguments, int code = 0) {
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    EXPECT_EQ(add_token(settings_, arguments), code);
    said_ = testing::internal::GetCapturedStderr();
    return testing::internal::GetCapturedStdout();
  }
  contacts::ApiToken stored(const std::string& token) {
    auto store = contacts::open_store({.path = settings_.store_path});
    return (*store)->accounts().token(desktop::token_hash(token)).value_or(contacts::ApiToken{});
  }

  runtime::Settings settings_;
  std::string said_;
};

TEST_F(TokenCommands, ANewTokenStandsAloneOnStandardOutputAndItsHashAloneInTheStore) {
  std::string token = add({"prometheus", {"metrics:read"}, 30});
  ASSERT_EQ(token.size(), 44u);
  token.pop_back();
  const auto row = stored(token);
  EXPECT_EQ(row.name, "prometheus");
  EXPECT_THAT(row.scopes, ElementsAre("metrics:read"));
  EXPECT_EQ(row.expires_at - row.created_at, Duration{std::chrono::hours(24 * 30)});
}

TEST_F(TokenCommands, AScopeThatDoesNotExistIsRefusedWithThoseThatDo) {
  EXPECT_EQ(add({"x", {"metrics:write"}, 30}, 1), "");
  EXPECT_THAT(said_, HasSubstr("no scope 'metrics:write'; there are agents:steer, callbacks:write, contacts:read, contacts:steer, contacts:write, "
                               "customers:read, customers:write, "
                               "live:read, metrics:read"));
}

TEST_F(TokenCommands, ARevokedTokenIsDisabled) {
  std::string token = add({"warehouse", {"contacts:read"}, 1});
  token.pop_back();
  testing::internal::CaptureStdout();
  EXPECT_EQ(revoke_token(settings_, stored(token).id), 0);
  (void)testing::internal::GetCapturedStdout();
  EXPECT_TRUE(stored(token).disabled);
}

}  // namespace
}  // namespace callwright::server
