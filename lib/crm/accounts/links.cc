#include "crm/accounts/links.h"

#include "base/limits.h"
#include "base/secret.h"

namespace kontor::crm {
namespace {

using store::Statement;

Link make_link(store::WriteTx& tx, std::string_view purpose, std::int64_t user_row_id,
               std::int64_t now_ms, Random& random) {
  Link link{.token = make_secret(random), .expires_at_ms = now_ms + limits::link_ms};
  const Sha256 hash = sha256(link.token);
  tx.prepare("DELETE FROM one_time_links WHERE expires_at <= ? OR (purpose = ? AND user_id IS ?)")
      .with(now_ms, purpose, user_row_id)
      .run();
  Statement row = tx.prepare(
      "INSERT INTO one_time_links (token_hash, purpose, user_id, created_at, expires_at) VALUES "
      "(?, ?, ?, ?, ?)");
  row.with(store::Blob{bytes_of(hash)}, purpose, nullptr, now_ms, link.expires_at_ms);
  if (user_row_id != 0) row.bind(3, user_row_id);
  row.run();
  return link;
}

}  // namespace

Link make_setup_link(store::WriteTx& tx, std::int64_t now_ms, Random& random) {
  tx.prepare("DELETE FROM one_time_links WHERE purpose = 'setup'").run();
  return make_link(tx, "setup", 0, now_ms, random);
}

Link make_sign_in_link(store::WriteTx& tx, std::int64_t user_row_id, std::int64_t now_ms,
                       Random& random) {
  return make_link(tx, "sign_in", user_row_id, now_ms, random);
}

bool is_setup_link(store::ReadTx& tx, std::string_view token, std::int64_t now_ms) {
  const Sha256 hash = sha256(token);
  Statement row = tx.prepare(
      "SELECT 1 FROM one_time_links WHERE token_hash = ? AND purpose = 'setup' AND used_at IS NULL "
      "AND expires_at > ?");
  row.with(store::Blob{bytes_of(hash)}, now_ms);
  return row.step();
}

std::optional<std::int64_t> find_sign_in_link(store::ReadTx& tx, std::string_view token,
                                              std::int64_t now_ms) {
  const Sha256 hash = sha256(token);
  Statement row = tx.prepare(
      "SELECT user_id FROM one_time_links WHERE token_hash = ? AND purpose = 'sign_in' AND used_at "
      "IS NULL AND expires_at > ? AND user_id IS NOT NULL");
  row.with(store::Blob{bytes_of(hash)}, now_ms);
  if (!row.step()) return std::nullopt;
  return row.integer(0);
}

void use_link(store::WriteTx& tx, std::string_view token, std::int64_t now_ms) {
  const Sha256 hash = sha256(token);
  tx.prepare("UPDATE one_time_links SET used_at = ? WHERE token_hash = ?")
      .with(now_ms, store::Blob{bytes_of(hash)})
      .run();
}

}  // namespace kontor::crm
