#include "contacts/sqlite/fact_rows.hpp"

#include "journal/wire/fact_codec.hpp"

namespace callwright::contacts::sqlite {

ReadFact read_fact(Database& database, KeyRing& keys, const Query& query) {
  ReadFact out;
  journal::Fact fact;
  fact.seq = query.i64(0);
  fact.at = query.at(1);
  const auto kind = static_cast<std::uint16_t>(query.i64(2));
  const auto version = static_cast<std::uint16_t>(query.i64(3));
  fact.contact.value = query.i64(4);
  fact.source = {query.text(5), query.text(6)};
  fact.ordinal = query.i32(7);
  std::string secret;
  if (!query.null(9)) {
    if (auto opened = keys.open(fact.contact, kind, query.view(9))) secret = std::move(*opened);
    else out.erased = true;
    if (!database.good()) return out;
  }
  auto body = journal::wire::decode(kind, version, query.view(8), secret);
  if (body) {
    fact.body = std::move(*body);
    out.fact = std::move(fact);
  } else if (body.error().code != journal::wire::Errc::unknown_kind) {
    database.set_error({Errc::corrupt, "fact " + std::to_string(fact.seq) + ": " + body.error().text()});
  }
  return out;
}

}  // namespace callwright::contacts::sqlite
