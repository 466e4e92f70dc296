#include "base/planted_bug.hpp"
#include "contacts/sqlite/schema.hpp"

#include <array>

namespace callwright::contacts::sqlite {
namespace {

constexpr int kApplicationId = 0x43577274;  // "CWrt"
constexpr int kPageBytes = 8192;
constexpr int kCheckpointPages = 4096;

/// "@." stands for the schema's name.
constexpr std::string_view kProjections = R"sql(
CREATE TABLE @.contact(
  id INTEGER PRIMARY KEY,
  customer_id INTEGER,
  match INTEGER NOT NULL,
  channel INTEGER NOT NULL,
  direction INTEGER NOT NULL,
  switch_id TEXT NOT NULL,
  trunk TEXT NOT NULL,
  dnis TEXT NOT NULL,
  ani TEXT NOT NULL,
  caller_name TEXT NOT NULL,
  e164 TEXT NOT NULL,
  opened_at INTEGER NOT NULL,
  entered_at INTEGER NOT NULL,
  answered_at INTEGER NOT NULL,
  ended_at INTEGER NOT NULL,
  queue TEXT NOT NULL,
  agent TEXT NOT NULL,
  outcome INTEGER,
  cause INTEGER NOT NULL,
  disposition TEXT NOT NULL,
  resolved INTEGER NOT NULL,
  waited_us INTEGER NOT NULL,
  ring_us INTEGER NOT NULL,
  talk_us INTEGER NOT NULL,
  hold_us INTEGER NOT NULL,
  wrap_up_us INTEGER NOT NULL,
  imported INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX @.contact_timeline ON contact(customer_id, id, opened_at, channel, direction, queue, agent, outcome, disposition, resolved, talk_us)
  WHERE customer_id IS NOT NULL AND ended_at <> 0;
CREATE INDEX @.contact_queue ON contact(queue, id) WHERE ended_at <> 0;
CREATE TABLE @.segment(
  contact_id INTEGER NOT NULL,
  n INTEGER NOT NULL,
  agent TEXT NOT NULL,
  kind INTEGER NOT NULL,
  from_at INTEGER NOT NULL,
  to_at INTEGER NOT NULL,
  PRIMARY KEY(contact_id, n)
) STRICT, WITHOUT ROWID;
CREATE TABLE @.visit(
  contact_id INTEGER NOT NULL,
  n INTEGER NOT NULL,
  queue TEXT NOT NULL,
  entered_at INTEGER NOT NULL,
  ended_at INTEGER NOT NULL,
  how INTEGER,
  waited_us INTEGER NOT NULL,
  service_level_us INTEGER NOT NULL,
  PRIMARY KEY(contact_id, n)
) STRICT, WITHOUT ROWID;
CREATE TABLE @.interval_row(
  start INTEGER NOT NULL,
  queue TEXT NOT NULL,
  entered INTEGER NOT NULL,
  answered INTEGER NOT NULL,
  answered_within INTEGER NOT NULL,
  abandoned INTEGER NOT NULL,
  short_abandoned INTEGER NOT NULL,
  callback_requested INTEGER NOT NULL,
  flow_overflow INTEGER NOT NULL,
  flow_transfer INTEGER NOT NULL,
  flow_closed INTEGER NOT NULL,
  flow_supervisor INTEGER NOT NULL,
  lost INTEGER NOT NULL,
  answered_wait_us INTEGER NOT NULL,
  abandoned_wait_us INTEGER NOT NULL,
  PRIMARY KEY(start, queue)
) STRICT, WITHOUT ROWID;
)sql";

constexpr std::string_view kJournal = R"sql(
CREATE TABLE grp(id INTEGER PRIMARY KEY, epoch INTEGER NOT NULL, last_seq INTEGER NOT NULL) STRICT;
INSERT INTO grp(id, epoch, last_seq) VALUES(1, 0, 0);
CREATE TABLE fact(
  grp INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  at INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  kind_version INTEGER NOT NULL,
  contact_id INTEGER NOT NULL,
  source TEXT NOT NULL,
  source_id TEXT NOT NULL,
  ordinal INTEGER NOT NULL,
  body BLOB NOT NULL,
  secret BLOB,
  PRIMARY KEY(grp, seq)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX fact_source ON fact(source, source_id, ordinal);
CREATE INDEX fact_contact ON fact(contact_id, seq) WHERE contact_id <> 0;
CREATE TRIGGER fact_stays BEFORE UPDATE ON fact BEGIN SELECT RAISE(ABORT, 'facts are never changed'); END;
CREATE TRIGGER fact_remains BEFORE DELETE ON fact BEGIN SELECT RAISE(ABORT, 'facts are never deleted'); END;
CREATE TABLE fact_gap(
  grp INTEGER NOT NULL, first_seq INTEGER NOT NULL, last_seq INTEGER NOT NULL,
  PRIMARY KEY(grp, first_seq)
) STRICT, WITHOUT ROWID;
CREATE TABLE checkpoint(grp INTEGER PRIMARY KEY, seq INTEGER NOT NULL, facts INTEGER NOT NULL) STRICT;
CREATE TABLE checkpoint_fact(
  grp INTEGER NOT NULL,
  n INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  at INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  kind_version INTEGER NOT NULL,
  contact_id INTEGER NOT NULL,
  source TEXT NOT NULL,
  source_id TEXT NOT NULL,
  ordinal INTEGER NOT NULL,
  body BLOB NOT NULL,
  secret BLOB,
  PRIMARY KEY(grp, n)
) STRICT, WITHOUT ROWID;
-- A row without a key: the contact is erased, and nothing personal of it is written again.
CREATE TABLE contact_key(contact_id INTEGER PRIMARY KEY, key BLOB) STRICT;
)sql";

constexpr std::string_view kCustomers = R"sql(
CREATE TABLE customer(
  id INTEGER PRIMARY KEY,
  version INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  name TEXT NOT NULL,
  name_alt TEXT NOT NULL,
  lang TEXT NOT NULL,
  tier TEXT NOT NULL,
  stage INTEGER NOT NULL,
  stage_since INTEGER NOT NULL,
  flags TEXT NOT NULL,
  account TEXT UNIQUE,
  external_id TEXT UNIQUE,
  since INTEGER NOT NULL,
  household INTEGER NOT NULL,
  household_head INTEGER NOT NULL,
  value_12m_minor INTEGER,
  currency TEXT NOT NULL,
  satisfaction_a INTEGER,
  satisfaction_b INTEGER,
  attrs TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX customer_household ON customer(household) WHERE household <> 0;
CREATE TABLE ident_phone(
  e164 INTEGER NOT NULL,
  customer_id INTEGER NOT NULL REFERENCES customer(id) ON DELETE CASCADE,
  rank INTEGER NOT NULL,
  label TEXT NOT NULL,
  raw TEXT NOT NULL,
  source TEXT NOT NULL,
  confidence INTEGER NOT NULL,
  PRIMARY KEY(e164, customer_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX ident_phone_customer ON ident_phone(customer_id, rank);
CREATE TABLE ident_email(
  email TEXT NOT NULL,
  customer_id INTEGER NOT NULL REFERENCES customer(id) ON DELETE CASCADE,
  rank INTEGER NOT NULL,
  PRIMARY KEY(email, customer_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX ident_email_customer ON ident_email(customer_id, rank);
-- The words of a name as they are searched for, small letters.
CREATE TABLE customer_word(
  word TEXT NOT NULL,
  customer_id INTEGER NOT NULL REFERENCES customer(id) ON DELETE CASCADE,
  PRIMARY KEY(word, customer_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX customer_word_customer ON customer_word(customer_id);
-- What the pop shows. head: the card without its contacts; brief: what a chooser shows; recent: rows of contacts, newest first.
CREATE TABLE customer_card(
  customer_id INTEGER PRIMARY KEY REFERENCES customer(id) ON DELETE CASCADE,
  version INTEGER NOT NULL,
  household_head INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  contacts INTEGER NOT NULL,
  brief TEXT NOT NULL,
  head TEXT NOT NULL,
  recent TEXT NOT NULL
) STRICT;
CREATE TABLE customer_audit(
  id INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  actor TEXT NOT NULL,
  action TEXT NOT NULL,
  customer_id INTEGER NOT NULL,
  fields TEXT NOT NULL
) STRICT;
CREATE INDEX customer_audit_customer ON customer_audit(customer_id, id);
CREATE TABLE import_job(
  digest BLOB PRIMARY KEY,
  rows INTEGER NOT NULL,
  created INTEGER NOT NULL,
  updated INTEGER NOT NULL,
  refused INTEGER NOT NULL,
  done INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
)sql";

constexpr std::string_view kOffice = R"sql(
CREATE TABLE centre(version INTEGER PRIMARY KEY, at INTEGER NOT NULL, author TEXT NOT NULL, document TEXT NOT NULL) STRICT;
CREATE TABLE account(
  id INTEGER PRIMARY KEY,
  version INTEGER NOT NULL,
  login TEXT NOT NULL COLLATE NOCASE UNIQUE,
  name TEXT NOT NULL,
  password_hash TEXT NOT NULL,
  roles TEXT NOT NULL,
  agent TEXT NOT NULL,
  disabled INTEGER NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;
CREATE TABLE session(
  token_hash BLOB PRIMARY KEY,
  user_id INTEGER NOT NULL REFERENCES account(id) ON DELETE CASCADE,
  created_at INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX session_user ON session(user_id);
CREATE INDEX session_expiry ON session(expires_at);
CREATE TABLE api_token(
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  token_hash BLOB NOT NULL UNIQUE,
  scopes TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  disabled INTEGER NOT NULL
) STRICT;
)sql";

std::string in_schema(std::string_view name, std::string_view tables) {
  std::string out;
  for (char c : tables) {
    if (c == '@') out += name;
    else out += c;
  }
  return out;
}

std::string first_migration() {
  return std::string(kJournal) + in_schema("main", kProjections) + std::string(kCustomers) + std::string(kOffice);
}

/// Log by outcome; accounts and tokens that changed, in order; which command made a customer.
constexpr std::string_view kSecond = R"sql(
CREATE INDEX contact_outcome ON contact(outcome, id) WHERE outcome IS NOT NULL;
ALTER TABLE account ADD COLUMN change INTEGER NOT NULL DEFAULT 0;
CREATE INDEX account_change ON account(change);
ALTER TABLE api_token ADD COLUMN change INTEGER NOT NULL DEFAULT 0;
CREATE INDEX api_token_change ON api_token(change);
CREATE TABLE customer_command(
  actor TEXT NOT NULL,
  command TEXT NOT NULL,
  at INTEGER NOT NULL,
  customer_id INTEGER NOT NULL,
  PRIMARY KEY(actor, command)
) STRICT, WITHOUT ROWID;
CREATE INDEX customer_command_at ON customer_command(at);
)sql";

std::string second_migration() { return std::string(kSecond); }

/// Estimates of waits, and how they came true.
constexpr std::string_view kEstimates = R"sql(
ALTER TABLE @.visit ADD COLUMN estimate_us INTEGER;
ALTER TABLE @.interval_row ADD COLUMN estimated INTEGER NOT NULL DEFAULT 0;
ALTER TABLE @.interval_row ADD COLUMN estimated_within INTEGER NOT NULL DEFAULT 0;
ALTER TABLE @.interval_row ADD COLUMN estimate_us INTEGER NOT NULL DEFAULT 0;
ALTER TABLE @.interval_row ADD COLUMN estimated_wait_us INTEGER NOT NULL DEFAULT 0;
ALTER TABLE @.interval_row ADD COLUMN estimate_error_us INTEGER NOT NULL DEFAULT 0;
)sql";

std::string third_migration() { return in_schema("main", kEstimates); }

/// Written contacts are known by e-mail addresses, however their letters are written.
constexpr std::string_view kEmails = "CREATE INDEX ident_email_any_case ON ident_email(email COLLATE NOCASE);";

std::string fourth_migration() { return std::string(kEmails); }

/// Migration n brings a file from version n - 1 to n. A released one is never changed; a later one stands below it.
const std::array<std::string (*)(), 4> kMigrations = {first_migration, second_migration, third_migration, fourth_migration};

std::int64_t pragma(Database& database, const char* name) {
  Query query = database.query(std::string("PRAGMA ") + name);
  return query.next() ? query.i64(0) : -1;
}
std::string pragma_text(Database& database, const char* name) {
  Query query = database.query(std::string("PRAGMA ") + name);
  return query.next() ? query.text(0) : std::string();
}

Result<void> assert_durable(Database& database) {
  const std::int64_t synchronous = pragma(database, "synchronous");
  const std::string mode = pragma_text(database, "journal_mode");
  if (auto good = database.take_error(); !good) return good;
  if (synchronous != 2 || mode != "wal")
    return fail(Errc::not_durable, "synchronous=" + std::to_string(synchronous) + ", journal_mode=" + mode);
  return {};
}

Result<void> assert_version(Database& database, std::int64_t lowest) {
  const std::int64_t version = pragma(database, "user_version");
  const std::int64_t application = pragma(database, "application_id");
  if (auto good = database.take_error(); !good) return good;
  if (version > schema_version())
    return fail(Errc::newer_schema, "version " + std::to_string(version) + ", known are " + std::to_string(schema_version()));
  if (version > 0 && application != kApplicationId) return fail(Errc::corrupt, "not a store of this program");
  if (version < lowest) return fail(Errc::corrupt, "schema version " + std::to_string(version));
  return {};
}

}  // namespace

int schema_version() { return static_cast<int>(kMigrations.size()); }

std::string projection_tables(std::string_view name) { return in_schema(name, kProjections) + in_schema(name, kEstimates); }

Result<void> prepare_schema(Database& database) {
  database.script("PRAGMA page_size=" + std::to_string(kPageBytes) + "; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;"
                  "PRAGMA wal_autocheckpoint=" + std::to_string(kCheckpointPages) + "; PRAGMA journal_size_limit=134217728");
  if (auto good = assert_durable(database); !good) return good;
  if (auto good = assert_version(database, 0); !good) return good;
  for (int number = static_cast<int>(pragma(database, "user_version")) + 1; database.good() && number <= schema_version(); ++number) {
    Transaction transaction(database);
    if (pragma(database, "user_version") >= number) continue;  // another process was faster
    database.script(kMigrations[static_cast<std::size_t>(number - 1)]());
    database.script("PRAGMA application_id=" + std::to_string(kApplicationId) + "; PRAGMA user_version=" + std::to_string(number));
    if (auto good = transaction.commit(); !good) return good;
  }
  if (planted(2)) database.script("PRAGMA synchronous=NORMAL");
  return database.take_error();
}

Result<void> check_schema(Database& database, int lowest) {
  database.script("PRAGMA synchronous=FULL");
  if (auto good = assert_version(database, lowest); !good) return good;
  return assert_durable(database);
}

}  // namespace callwright::contacts::sqlite
