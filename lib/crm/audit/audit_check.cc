#include "crm/audit/audit_check.h"

#include <utility>

namespace kontor::crm {
namespace {

using store::Statement;

constexpr std::string_view k_rows =
    "SELECT seq, at, actor_id, collection, record_uid, action, version, request_id, via, address, "
    "digest, salt, diff, hash FROM changes ORDER BY seq";
enum Column {
  seq,
  at,
  actor,
  collection,
  record,
  action,
  version,
  request,
  via,
  address,
  digest,
  salt,
  diff,
  hash
};

AuditRow row_of(const Statement& row) {
  AuditRow read{.seq = row.integer(seq),
                .at_ms = row.integer(at),
                .collection = row.text(collection),
                .record = row.blob(record),
                .action = row.text(action),
                .version = row.integer(version),
                .request_id = row.text(request),
                .via = row.text(via),
                .address = row.text(address),
                .digest = row.blob(digest)};
  if (!row.is_null(actor)) read.actor_id = row.integer(actor);
  return read;
}

// Goes along the rows, one after the other.
class Walk {
 public:
  explicit Walk(std::int64_t begins) : next_(begins) {}

  // False: this row is bad, and the verdict says so.
  bool step(const Statement& row) {
    const std::int64_t number = row.integer(seq);
    if (!verdict_.head && number < next_) {
      ++verdict_.before;
      return true;
    }
    if (number != next_) return fail(next_, "it is missing");
    if (row.is_null(hash)) return fail(number, "it has no hash: the program did not write it");
    if (const auto wrong = content(row)) return fail(number, *wrong);
    const Sha256 computed = row_hash(verdict_.head ? verdict_.head->hash : Sha256{}, row_of(row));
    if (bytes_of(computed) != row.blob(hash)) return fail(number, unlike());
    verdict_.head = AuditHead{.seq = number, .hash = computed};
    ++verdict_.rows;
    ++next_;
    return true;
  }

  // After the last row: `given` is the last number that a row ever had.
  void end(std::int64_t given) {
    if (given < next_) return;
    fail(next_, "it is missing, and with it all up to row " + std::to_string(given));
  }

  AuditVerdict& verdict() { return verdict_; }

 private:
  bool fail(std::int64_t number, std::string what) {
    verdict_.bad_seq = number;
    verdict_.what = std::move(what);
    return false;
  }

  std::optional<std::string> content(const Statement& row) {
    if (row.is_null(digest)) return "it has no digest of its content";
    if (row.is_null(salt)) {
      ++verdict_.erased;
      if (row.text(diff).empty()) return std::nullopt;
      return "it has content without the salt of it";
    }
    const Sha256 computed = content_digest(row.blob(salt), row.text(diff));
    if (bytes_of(computed) == row.blob(digest)) return std::nullopt;
    return "its content is not what was written";
  }

  std::string unlike() const {
    if (!verdict_.head) return "it is not the first row that was written";
    return "it is not the row that was written after row " + std::to_string(verdict_.head->seq);
  }

  AuditVerdict verdict_;
  std::int64_t next_;
};

std::int64_t number_of(store::ReadTx& tx, std::string_view sql) {
  Statement row = tx.prepare(sql);
  return row.step() ? row.integer(0) : 0;
}

// Where the migration found the trail.
std::int64_t chain_begins(store::ReadTx& tx) {
  return number_of(tx, "SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'audit_begins'");
}

// AUTOINCREMENT remembers the last number that was given.
std::int64_t last_number_given(store::ReadTx& tx) {
  return number_of(tx, "SELECT seq FROM sqlite_sequence WHERE name = 'changes'");
}

}  // namespace

AuditVerdict check_audit(store::ReadTx& tx) {
  Walk walk(chain_begins(tx));
  Statement row = tx.prepare(k_rows);
  while (row.step())
    if (!walk.step(row)) return std::move(walk.verdict());
  walk.end(last_number_given(tx));
  return std::move(walk.verdict());
}

std::optional<AuditHead> audit_head(store::ReadTx& tx) {
  Statement row = tx.prepare("SELECT seq, hash FROM changes ORDER BY seq DESC LIMIT 1");
  if (!row.step() || row.is_null(1)) return std::nullopt;
  return AuditHead{.seq = row.integer(0), .hash = digest_from(row.blob(1))};
}

std::optional<std::string> check_head(store::ReadTx& tx, const AuditHead& head) {
  Statement row = tx.prepare("SELECT hash FROM changes WHERE seq = ?");
  row.with(head.seq);
  const std::string number = std::to_string(head.seq);
  if (!row.step()) return "row " + number + " is missing";
  if (row.is_null(0) || row.blob(0) != bytes_of(head.hash))
    return "row " + number + " has another hash: the trail up to it was written anew";
  return std::nullopt;
}

std::vector<std::string> audit_differences(store::ReadTx& tx) {
  const AuditVerdict verdict = check_audit(tx);
  if (verdict.bad_seq == 0) return {};
  return {"row " + std::to_string(verdict.bad_seq) + ": " + verdict.what};
}

}  // namespace kontor::crm
