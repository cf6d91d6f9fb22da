#include "audit_proof.h"

#include <charconv>

#include "backup/catalogue.h"
#include "read_only.h"

namespace kontor::app {
namespace {

constexpr std::string_view k_digits = "0123456789abcdef";

std::optional<Sha256> parse_hex(std::string_view text) {
  Sha256 digest{};
  if (text.size() != 2 * digest.size()) return std::nullopt;
  for (std::size_t i = 0; i < digest.size(); ++i) {
    const std::size_t high = k_digits.find(text[2 * i]), low = k_digits.find(text[2 * i + 1]);
    if (high == std::string_view::npos || low == std::string_view::npos) return std::nullopt;
    digest[i] = static_cast<std::uint8_t>(high * 16 + low);
  }
  return digest;
}

// When the data were last replaced by a backup's; 0: never.
std::int64_t last_restore_ms(store::ReadTx& tx) {
  store::Statement row = tx.prepare(
      "SELECT coalesce(max(at), 0) FROM changes WHERE version = 0 AND collection = 'backups' "
      "AND action IN ('restore', 'restore_undo')");
  row.step();
  return row.integer(0);
}

bool has_chain(store::ReadTx& tx) {
  store::Statement row =
      tx.prepare("SELECT 1 FROM pragma_table_info('changes') WHERE name = 'hash'");
  return row.step();
}

}  // namespace

Result<AuditProof> prove_audit(const std::filesystem::path& database,
                               const std::vector<KnownHead>& heads) {
  return read_only(database, [&](store::ReadTx& tx) -> Result<AuditProof> {
    AuditProof proof{.verdict = crm::check_audit(tx)};
    if (proof.verdict.bad_seq > 0)
      proof.findings.push_back({proof.verdict.bad_seq, "chain", proof.verdict.what});
    const std::int64_t restored_ms = last_restore_ms(tx);
    for (const KnownHead& known : heads) {
      if (known.at_ms <= restored_ms) continue;
      ++proof.heads_compared;
      if (const auto wrong = crm::check_head(tx, known.head))
        proof.findings.push_back({known.head.seq, known.source, *wrong});
    }
    return proof;
  });
}

Result<std::vector<KnownHead>> heads_of_backups(const std::filesystem::path& backups,
                                                const backup::Keyring& keys) {
  std::vector<KnownHead> heads;
  for (const backup::Entry& entry : TRY(backup::list_backups(backups, keys))) {
    const auto head = head_in(entry.manifest);
    if (!entry.is_readable() || !head) continue;
    heads.push_back({.source = entry.name(), .head = *head, .at_ms = entry.taken_at_ms});
  }
  return heads;
}

Result<std::optional<backup::ChainHead>> chain_head_of(const std::filesystem::path& database) {
  return read_only(database, [](store::ReadTx& tx) -> Result<std::optional<backup::ChainHead>> {
    if (!has_chain(tx)) return std::optional<backup::ChainHead>();
    const auto head = crm::audit_head(tx);
    if (!head) return std::optional<backup::ChainHead>();
    return std::optional(backup::ChainHead{.seq = head->seq, .sha256 = hex_of(head->hash)});
  });
}

std::optional<crm::AuditHead> head_in(const backup::Manifest& manifest) {
  if (!manifest.audit) return std::nullopt;
  const auto hash = parse_hex(manifest.audit->sha256);
  if (!hash) return std::nullopt;
  return crm::AuditHead{.seq = manifest.audit->seq, .hash = *hash};
}

std::optional<crm::AuditHead> parse_head(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  crm::AuditHead head;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + colon, head.seq);
  const auto hash = parse_hex(text.substr(colon + 1));
  if (failure != std::errc() || end != text.data() + colon || !hash) return std::nullopt;
  head.hash = *hash;
  return head;
}

std::string hex_of(const Sha256& digest) {
  std::string text;
  for (const std::uint8_t byte : digest) {
    text.push_back(k_digits[byte >> 4]);
    text.push_back(k_digits[byte & 0x0F]);
  }
  return text;
}

}  // namespace kontor::app
