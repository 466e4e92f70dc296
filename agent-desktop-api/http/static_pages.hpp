#pragma once
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "agent-desktop-api/http/message.hpp"
#include "base/result.hpp"

namespace callwright::desktop {

/// The built pages, read once at the start: `manifest.json` in the web root maps each address to a file of that folder.
///
/// A request's path is only looked up in that map and never joined with a folder. Names with a hash are served as immutable, the
/// rest with an ETag; a `.gz` beside a file is what browsers that take gzip get. At most 1,000 files and 64 MiB.
class StaticPages {
 public:
  /// Errors name the file that is missing or refused. An empty `root` gives no pages.
  static Result<StaticPages> load(const std::filesystem::path& root);

  /// The answer to GET or HEAD; 404 if there is no such page. Paths of views (without a dot) get the start page.
  HttpResponse get(const HttpRequest& request) const;
  bool empty() const { return files_.empty(); }

 private:
  struct File {
    std::string type;
    std::string etag;
    bool immutable = false;
    std::shared_ptr<const std::string> body;
    std::shared_ptr<const std::string> gzip;  // may be null
  };
  std::map<std::string, File, std::less<>> files_;
};

}  // namespace callwright::desktop
