#include "contacts/centre_toml.hpp"
#include "contacts/sqlite/parts.hpp"

namespace callwright::contacts::sqlite {
namespace {

/// Keeps the TOML form: a person can read it with any tool, and the form only gains keys.
class SqliteCentreStore final : public CentreStore {
 public:
  explicit SqliteCentreStore(Database& database) : database_(database) {}

  Result<std::int64_t> put(const journal::Centre& centre, const std::string& by, Instant now) override {
    const std::string document = print_centre(centre);
    if (auto checked = parse_centre(document); !checked) return std::unexpected(checked.error());
    Transaction transaction(database_);
    std::int64_t version = 0;
    {
      Query query = database_.query("INSERT INTO centre(version, at, author, document) SELECT coalesce(max(version), 0) + 1, ?, ?, ? FROM centre RETURNING version",
                                    now, by, document);
      while (query.next()) version = query.i64(0);
    }
    if (auto good = transaction.commit(); !good) return std::unexpected(good.error());
    return version;
  }

  Result<std::optional<journal::Centre>> newest() override {
    std::int64_t version = 0;
    {
      Query query = database_.query("SELECT coalesce(max(version), 0) FROM centre");
      if (query.next()) version = query.i64(0);
    }
    if (auto good = database_.take_error(); !good) return std::unexpected(good.error());
    if (version == 0) return std::nullopt;
    auto centre = get(version);
    if (!centre) return std::unexpected(centre.error());
    return std::optional(std::move(*centre));
  }

  Result<journal::Centre> get(std::int64_t version) override {
    std::string document;
    bool there = false;
    {
      Query query = database_.query("SELECT document FROM centre WHERE version = ?", version);
      there = query.next();
      if (there) document = query.text(0);
    }
    if (auto good = database_.take_error(); !good) return std::unexpected(good.error());
    if (!there) return fail(Errc::not_found, "centre version " + std::to_string(version));
    auto centre = parse_stored_centre(document);
    if (!centre) return fail(Errc::corrupt, "centre version " + std::to_string(version) + ": " + centre.error().context);
    centre->version = version;
    return centre;
  }

  Result<std::vector<CentreHead>> all() override {
    std::vector<CentreHead> heads;
    for (Query query = database_.query("SELECT version, at, author FROM centre ORDER BY version"); query.next();)
      heads.push_back({query.i64(0), query.at(1), query.text(2)});
    if (auto good = database_.take_error(); !good) return std::unexpected(good.error());
    return heads;
  }

 private:
  Database& database_;
};

}  // namespace

std::unique_ptr<CentreStore> make_centre_store(Database& database) { return std::make_unique<SqliteCentreStore>(database); }

}  // namespace callwright::contacts::sqlite
