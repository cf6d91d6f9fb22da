#include "standby/promotion.h"

#include "audit_proof.h"
#include "backup_making.h"
#include "backup_proof.h"
#include "base/civil.h"
#include "base/json_writer.h"
#include "organisation_settings.h"
#include "restored_data.h"

namespace kontor::app {
namespace {

constexpr std::int64_t k_last_look_ms = 15'000;

Error unsound(const LiveReport& report) {
  return {.code = Code::verification_failed,
          .message = "The data of the standby are not sound, so it stays one: " +
                     report.findings.front().detail + ".",
          .kind = "proof_failed",
          .fields = report.findings,
          .hint =
              "kontor restore latest --from TARGET --to DIR; or, to serve what is there: "
              "kontor promote --unproven"};
}

// How many checks there were.
Result<std::int64_t> prove_standby(const std::filesystem::path& database) {
  LiveReport report = TRY(verify_live(database));
  if (report.findings.empty()) {
    const AuditProof trail = TRY(prove_audit(database, {}));
    ++report.checks;
    for (const AuditFinding& finding : trail.findings) {
      report.findings.push_back(
          {"audit", "wrong",
           "audit trail, row " + std::to_string(finding.seq) + ": " + finding.what});
    }
  }
  if (!report.findings.empty()) return unsound(report);
  return report.checks;
}

// As long as something comes: a target that is gone with its server holds nobody up.
Result<void> look_once_more(Follower& follower, const Clock& clock,
                            const std::function<bool()>& is_cancelled) {
  std::uint64_t sequence = follower.state().record.place.sequence;
  std::int64_t moved_ms = clock.monotonic_ms();
  follower.look_far();
  return follower.round([&] {
    const std::uint64_t now = follower.state().record.place.sequence;
    if (now != sequence) moved_ms = clock.monotonic_ms();
    sequence = now;
    return is_cancelled() || clock.monotonic_ms() - moved_ms > k_last_look_ms;
  });
}

}  // namespace

Result<Promotion> promote(Follower& follower, bool unproven, const Clock& clock,
                          const std::function<bool()>& is_cancelled) {
  const std::int64_t began_ms = clock.monotonic_ms();
  Promotion promotion;
  const auto last = look_once_more(follower, clock, is_cancelled);
  if (!last.ok()) promotion.not_reached = last.error().message;
  if (is_cancelled()) {
    return Error{.code = Code::unavailable,
                 .message = "Interrupted: it is still a standby.",
                 .kind = "interrupted",
                 .hint = "run it again"};
  }
  const std::filesystem::path data = follower.source().data;
  if (!unproven) promotion.checks = TRY(prove_standby(data / "kontor.db"));
  promotion.record = follower.state().record;
  promotion.record.promoted_ms = clock.now_ms();
  TRY(backup::write_standby_record(data, promotion.record));
  promotion.duration_ms = clock.monotonic_ms() - began_ms;
  return promotion;
}

std::string to_json(const Promotion& promotion) {
  std::string text;
  JsonWriter out(text);
  out.begin_object().key("from").string(promotion.record.from);
  out.key("epoch").string(promotion.record.epoch);
  out.key("as_of").string(format_instant(promotion.record.as_of_ms));
  out.key("promoted_at").string(format_instant(promotion.record.promoted_ms));
  out.key("target_reached").boolean(promotion.not_reached.empty());
  out.key("not_reached").string(promotion.not_reached);
  out.key("checks").integer(promotion.checks);
  out.key("duration_ms").integer(promotion.duration_ms).end_object();
  return text;
}

Result<void> settle_promoted(const std::filesystem::path& data, const Config& config,
                             const Clock& clock) {
  const auto record = TRY(backup::read_standby_record(data));
  return settle_restored(
      data / "kontor.db", fixed_fields(config), clock, {backups_of(data)},
      {.action = "promote", .source = record->from, .taken_at_ms = record->as_of_ms});
}

}  // namespace kontor::app
