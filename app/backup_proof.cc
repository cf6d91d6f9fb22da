#include "backup_proof.h"

#include "archiving.h"
#include "audit_proof.h"
#include "backup/catalogue.h"
#include "backup_making.h"
#include "composition.h"
#include "crm/invariants.h"
#include "crm/schema_check.h"
#include "read_only.h"
#include "store/migration_history.h"

namespace kontor::app {
namespace {

using Sentences = Result<std::vector<std::string>>;
using Look = std::function<Sentences(store::ReadTx&)>;

Sentences bring_up(const std::filesystem::path& database, const Clock& clock) {
  store::MigratorOptions options = migrator_options(database.parent_path());
  store::Migrator migrator = TRY(store::Migrator::open(std::move(options), clock));
  TRY(migrator.up());
  return std::vector<std::string>();
}

backup::Check on_copy(std::string name, Look look) {
  return {std::move(name), [look = std::move(look)](const std::filesystem::path& database) {
            return read_only(database, [&](store::ReadTx& tx) { return look(tx); });
          }};
}

Sentences damaged_pages(store::ReadTx& tx) {
  std::vector<std::string> found;
  store::Statement row = tx.prepare("PRAGMA integrity_check(10)");
  while (row.step()) found.emplace_back(row.text(0));
  if (found == std::vector<std::string>{"ok"}) found.clear();
  return found;
}

Sentences dangling_references(store::ReadTx& tx) {
  std::vector<std::string> found;
  store::Statement row = tx.prepare("PRAGMA foreign_key_check");
  while (found.size() < 10 && row.step()) {
    found.push_back("row " + std::to_string(row.integer(1)) + " of " + std::string(row.text(0)) +
                    " refers to a row of " + std::string(row.text(2)) + " that is not there");
  }
  return found;
}

Sentences check_schema(const std::filesystem::path& database) {
  try {
    store::Connection connection({.database = database, .role = store::Role::reader});
    const int version = TRY(store::check_history(connection, store::embedded_schema()));
    if (version == schema_version()) return std::vector<std::string>();
    return std::vector<std::string>{"the schema is " + std::to_string(version) +
                                    ", this program's is " + std::to_string(schema_version())};
  } catch (const store::SqlFailure& failure) {
    return store::to_error(failure);
  }
}

// `doctor`'s checks of what is in the rows.
std::vector<backup::Check> row_checks() {
  std::vector<backup::Check> checks;
  checks.push_back(on_copy("tables", crm::schema_differences));
  for (const crm::Invariant& invariant : crm::invariants()) {
    checks.push_back(
        on_copy("invariant." + std::string(invariant.name),
                [&invariant](store::ReadTx& tx) -> Sentences { return invariant.check(tx); }));
  }
  return checks;
}

std::vector<backup::Check> live_checks() {
  std::vector<backup::Check> checks = {on_copy("pages", damaged_pages),
                                       on_copy("references", dangling_references),
                                       {"schema", check_schema}};
  for (backup::Check& check : row_checks()) checks.push_back(std::move(check));
  return checks;
}

Result<backup::Manifest> prove(const std::filesystem::path& file,
                               const std::filesystem::path& backups, const Clock& clock,
                               Random& random, const backup::Keyring& keys) {
  const backup::Manifest manifest = TRY(backup::read_manifest(file, keys));
  TRY(check_schema_known(file, manifest));
  TRY(backup::check_room(manifest, backups));
  return backup::prove(file, backups, business_checks(clock, manifest), random, keys);
}

Result<backup::Manifest> prove_archive(const std::filesystem::path& data, const Clock& clock,
                                       Random& random, const backup::Keyring& keys) {
  const auto point = TRY(backup::find_point(archive_of(data), backups_of(data), std::nullopt,
                                            backup::segment_form({}, keys)));
  const backup::Manifest manifest = TRY(backup::read_manifest(point.backup, keys));
  TRY(check_schema_known(point.backup, manifest));
  TRY(backup::check_room(manifest, backups_of(data)));
  return backup::prove(point.backup, backups_of(data),
                       archive_checks(point, business_checks(clock, manifest), keys), random, keys);
}

Result<Drill> drill(std::string what, const std::filesystem::path& backups, const Clock& clock,
                    const std::function<Result<backup::Manifest>()>& prove_it) {
  Drill drill{.record = {.file = std::move(what), .at_ms = clock.now_ms()}};
  const std::int64_t began_ms = clock.monotonic_ms();
  auto proven = prove_it();
  if (!proven.ok() && proven.error().code == Code::wrong_key) return proven.error();
  drill.record.duration_ms = clock.monotonic_ms() - began_ms;
  drill.record.passed = proven.ok();
  if (proven.ok()) {
    drill.manifest = *std::move(proven);
    drill.record.rows = drill.manifest.contents.rows();
  } else {
    drill.error = std::move(proven).error();
    drill.record.finding = drill.error.message;
  }
  TRY(backup::record_proof(backups, drill.record));
  return drill;
}

}  // namespace

backup::Check audit_check(const backup::Manifest& manifest) {
  return {
      "audit", [head = head_in(manifest)](const std::filesystem::path& database) -> Sentences {
        std::vector<std::string> found;
        if (!head) return found;
        const AuditProof proof =
            TRY(prove_audit(database, {{.source = "manifest", .head = *head}}));
        for (const AuditFinding& finding : proof.findings)
          found.push_back("audit trail, row " + std::to_string(finding.seq) + ": " + finding.what);
        return found;
      }};
}

std::vector<backup::Check> business_checks(const Clock& clock, const backup::Manifest& manifest) {
  std::vector<backup::Check> checks = {{"schema", [&clock](const std::filesystem::path& database) {
                                          return bring_up(database, clock);
                                        }}};
  for (backup::Check& check : row_checks()) checks.push_back(std::move(check));
  checks.push_back(audit_check(manifest));
  return checks;
}

std::vector<backup::Check> archive_checks(backup::ArchivePoint point,
                                          std::vector<backup::Check> checks,
                                          const backup::Keyring& keys) {
  std::vector<backup::Check> all = {
      backup::archive_step(std::move(point), backup::segment_form({}, keys)),
      on_copy("pages", damaged_pages), on_copy("references", dangling_references)};
  for (backup::Check& check : checks) all.push_back(std::move(check));
  return all;
}

Result<void> check_schema_known(const std::filesystem::path& file,
                                const backup::Manifest& manifest) {
  const std::int64_t found = manifest.contents.schema_version;
  if (found <= schema_version()) return {};
  return Error{.code = Code::newer_schema,
               .message = file.string() + " has schema " + std::to_string(found) +
                          " (made by Kontor " + manifest.program +
                          "), this program knows schemas up to " +
                          std::to_string(schema_version()) + ".",
               .hint = "use the program that made it, or a newer one; nothing was changed"};
}

// What cannot even be read ends the look: the later checks would tell the same.
Result<LiveReport> verify_live(const std::filesystem::path& database) {
  LiveReport report;
  for (const backup::Check& check : live_checks()) {
    const auto found = check.run(database);
    ++report.checks;
    if (!found.ok()) {
      report.findings.push_back({check.name, "unreadable", found.error().message});
      return report;
    }
    for (const std::string& what : *found) report.findings.push_back({check.name, "wrong", what});
  }
  return report;
}

// Beside the file, so that the bytes do not travel to another disk; a folder that cannot be written
// is no reason not to look.
Result<backup::Manifest> prove_backup(const std::filesystem::path& file, Random& random,
                                      const backup::Keyring& keys) {
  const backup::Manifest manifest = TRY(backup::read_manifest(file, keys));
  const std::filesystem::path folder = std::filesystem::absolute(file).parent_path();
  TRY(backup::check_room(manifest, folder));
  return backup::prove(file, folder, {audit_check(manifest)}, random, keys);
}

Result<Drill> run_archive_drill(const std::filesystem::path& data, const Clock& clock,
                                Random& random, const backup::Keyring& keys) {
  return drill("archive", backups_of(data), clock, [&]() -> Result<backup::Manifest> {
    return prove_archive(data, clock, random, keys);
  });
}

Result<Drill> run_drill(const std::filesystem::path& file, const std::filesystem::path& backups,
                        const Clock& clock, Random& random, const backup::Keyring& keys) {
  return drill(file.filename().string(), backups, clock,
               [&] { return prove(file, backups, clock, random, keys); });
}

}  // namespace kontor::app
