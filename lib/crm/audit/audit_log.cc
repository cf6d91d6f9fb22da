#include "crm/audit/audit_log.h"

#include <string>

#include "crm/audit/chain.h"

namespace kontor::crm {
namespace {

using store::Blob;
using store::Statement;

std::string_view name_of(Principal::Kind kind) {
  switch (kind) {
    case Principal::Kind::program: return "program";
    case Principal::Kind::session: return "session";
    case Principal::Kind::token: return "token";
  }
  return "program";
}

// What the next row needs: its number, the hash it follows, its salt.
struct Next {
  std::int64_t seq = 1;
  Sha256 previous{};
  std::string salt;
};

// The first row of a chain takes the number that SQLite would give: rows before it may be gone.
std::int64_t next_number(store::ReadTx& tx) {
  Statement row = tx.prepare("SELECT seq + 1 FROM sqlite_sequence WHERE name = 'changes'");
  return row.step() ? row.integer(0) : 1;
}

Next next_row(store::ReadTx& tx) {
  Next next;
  Statement last =
      tx.prepare("SELECT seq + 1, hash, randomblob(16) FROM changes ORDER BY seq DESC LIMIT 1");
  if (last.step()) {
    next.salt = last.blob(2);
    if (last.is_null(1)) {
      next.seq = next_number(tx);
    } else {
      next.seq = last.integer(0);
      next.previous = digest_from(last.blob(1));
    }
    return next;
  }
  Statement salt = tx.prepare("SELECT randomblob(16)");
  salt.step();
  next.salt = salt.blob(0);
  next.seq = next_number(tx);
  return next;
}

}  // namespace

void append_audit(store::WriteTx& tx, const Context& context, const AuditEntry& entry) {
  const Next next = next_row(tx);
  const Sha256 digest = content_digest(next.salt, entry.content);
  const AuditRow row{.seq = next.seq,
                     .at_ms = context.now_ms,
                     .actor_id = context.actor_id,
                     .collection = entry.collection,
                     .record = entry.record.blob(),
                     .action = entry.action,
                     .version = entry.version,
                     .request_id = context.request_id,
                     .via = name_of(context.principal->kind),
                     .address = context.address,
                     .digest = bytes_of(digest)};
  const Sha256 hash = row_hash(next.previous, row);
  Statement insert = tx.prepare(
      "INSERT INTO changes (seq, at, collection, record_uid, action, version, request_id, diff, "
      "via, address, salt, digest, hash, actor_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
      "?)");
  insert.with(row.seq, row.at_ms, row.collection, Blob{row.record}, row.action, row.version,
              row.request_id, entry.content, row.via, row.address, Blob{next.salt},
              Blob{row.digest}, Blob{bytes_of(hash)});
  row.actor_id ? insert.bind(14, *row.actor_id) : insert.bind(14, nullptr);
  insert.run();
}

void record_event(store::WriteTx& tx, const Context& context, std::string_view collection,
                  const Uuid& uid, std::string_view action, std::string_view detail_json) {
  append_audit(tx, context,
               {.collection = collection,
                .record = uid,
                .action = action,
                .version = 0,
                .content = detail_json});
}

}  // namespace kontor::crm
