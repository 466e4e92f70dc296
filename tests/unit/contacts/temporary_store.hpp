#pragma once
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

#include "contacts/store.hpp"

namespace callwright::contacts {

/// A folder that goes with the test.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "callwright_store_XXXXXX").string();
    if (!mkdtemp(name.data())) std::abort();
    path_ = name;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Options options(const std::string& vfs = {}) const {
    Options options;
    options.path = (path_ / "store.db").string();
    options.vfs_name = vfs;
    options.busy_limit = Duration(0);
    options.cache_kib = 4096;
    return options;
  }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// A store in a folder of its own, taken over.
class StoreTest : public ::testing::Test {
 protected:
  void SetUp() override { reopen(); }

  void reopen() {
    store_.reset();
    auto opened = open_store(folder_.options());
    ASSERT_TRUE(opened) << opened.error().text();
    store_ = std::move(*opened);
    ASSERT_TRUE(store_->journal().begin_epoch());
  }
  Journal& journal() { return store_->journal(); }

  TemporaryFolder folder_;
  std::unique_ptr<Store> store_;
};

}  // namespace callwright::contacts
