// Proving the audit trail of a database: its chain, and the ends of it that are kept elsewhere.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backup/manifest.h"
#include "backup/seal_keyring.h"
#include "base/result.h"
#include "crm/audit/audit_check.h"

namespace kontor::app {

struct KnownHead {
  std::string source;  // where it was kept: the name of a backup
  crm::AuditHead head{};
  std::int64_t at_ms = INT64_MAX;  // when it was the end; the default: it counts always
};

struct AuditFinding {
  std::int64_t seq = 0;
  std::string source;  // "chain", or that of the head
  std::string what;
};

struct AuditProof {
  crm::AuditVerdict verdict;
  std::int64_t heads_compared = 0;
  std::vector<AuditFinding> findings;
};

// A restore goes back to an earlier end, so heads from before the last one in place are left out.
Result<AuditProof> prove_audit(const std::filesystem::path& database,
                               const std::vector<KnownHead>& heads);

// What the manifests of a folder's backups tell.
Result<std::vector<KnownHead>> heads_of_backups(const std::filesystem::path& backups,
                                                const backup::Keyring& keys);

// The end of the trail of a database that nobody else has open, for a manifest. None while nothing
// was written, or from before there was a chain.
Result<std::optional<backup::ChainHead>> chain_head_of(const std::filesystem::path& database);
std::optional<crm::AuditHead> head_in(const backup::Manifest& manifest);

// "118:5feceb66…": a row's number and its hash.
std::optional<crm::AuditHead> parse_head(std::string_view text);
std::string hex_of(const Sha256& digest);

}  // namespace kontor::app
