#include "backup_delivery.h"

#include <chrono>
#include <string>
#include <utility>

#include "archiving.h"
#include "session.h"
#include "target_stores.h"

namespace kontor::app {
namespace {

// Of what the server itself makes the courier is told; what a command made it finds.
constexpr std::chrono::seconds k_backups_pause{10};
// Of the archive a target is to have all but the last ten seconds.
constexpr std::chrono::seconds k_archive_pause{5};

// At the end of a server, for all targets together.
constexpr std::int64_t k_last_ms = 5'000;

// Both ways to one target.
struct Wishes {
  backup::DeliveryWish backups;
  backup::ShippingWish archive;
};

Result<Wishes> wishes_for(const BackupTarget& target, const Config& config,
                          const std::filesystem::path& backups, const Environment& environment,
                          const Clock& clock) {
  const auto store = TRY(store_of(target, config, environment, clock));
  const std::int64_t timeout_ms = config.integer("backup_target_timeout_s") * 1000;
  return Wishes{
      .backups = {.backups = backups, .target = target, .store = store, .timeout_ms = timeout_ms},
      .archive = {.archive = archive_of(data_path(config)),
                  .backups = backups,
                  .target = target,
                  .store = store,
                  .timeout_ms = timeout_ms}};
}

// Busy: a command is at it.
bool is_worth_telling(const Result<backup::Delivered>& done) {
  if (!done.ok()) return done.error().code != Code::busy;
  return !done->names.empty() || !done->error.message.empty();
}

void tell(const Logger& log, const std::string& target, const Result<backup::Shipped>& outcome) {
  if (!outcome.ok()) {
    if (outcome.error().code == Code::busy) return;
    log.error("what was sent of the archive cannot be recorded",
              {{"target", target}, {"err", outcome.error().message}});
    return;
  }
  if (outcome->error.message.empty()) {
    if (outcome->files > 0)
      log.debug("archive sent", {{"target", target}, {"files", outcome->files}});
    return;
  }
  log.warn("archive not sent", {{"target", target},
                                {"failures", outcome->state.tries.failures},
                                {"err", outcome->error.message}});
}

void tell(const Logger& log, const std::string& target, const Result<backup::Delivered>& outcome) {
  if (!outcome.ok()) {
    log.error("copies of backups cannot be recorded",
              {{"target", target}, {"err", outcome.error().message}});
    return;
  }
  for (const std::string& name : outcome->names) {
    log.info("backup copied", {{"target", target}, {"file", name}});
  }
  if (outcome->error.message.empty()) return;
  log.warn("backup not copied",
           {{"target", target},
            {"waiting", static_cast<std::int64_t>(outcome->state.waiting.size())},
            {"failures", outcome->state.tries.failures},
            {"err", outcome->error.message}});
}

}  // namespace

std::vector<BackupTarget> backup_targets_of(const Config& config) {
  std::vector<BackupTarget> targets;
  targets.reserve(config.list("backup_targets").size());
  for (const std::string& text : config.list("backup_targets")) {
    targets.push_back(*BackupTarget::parse(text));  // checked as a setting
  }
  return targets;
}

std::vector<backup::TargetState> target_states(const std::filesystem::path& backups,
                                               const std::vector<BackupTarget>& targets) {
  std::vector<backup::TargetState> states;
  states.reserve(targets.size());
  for (const BackupTarget& target : targets) {
    states.push_back(backup::read_target_state(backups, target));
  }
  return states;
}

std::vector<backup::ShippingState> shipping_states(const std::filesystem::path& backups,
                                                   const std::vector<BackupTarget>& targets) {
  std::vector<backup::ShippingState> states;
  states.reserve(targets.size());
  for (const BackupTarget& target : targets) {
    states.push_back(backup::read_shipping_state(backups, target));
  }
  return states;
}

Result<std::vector<backup::TargetState>> deliver_now(const Config& config,
                                                     const std::filesystem::path& backups,
                                                     const Environment& environment,
                                                     const Clock& clock,
                                                     const std::function<bool()>& is_cancelled) {
  const std::vector<BackupTarget> targets = backup_targets_of(config);
  for (const BackupTarget& target : targets) {
    Wishes wishes = TRY(wishes_for(target, config, backups, environment, clock));
    wishes.backups.is_cancelled = wishes.archive.is_cancelled = is_cancelled;
    wishes.backups.at_once = wishes.archive.at_once = true;
    const auto shipped = backup::ship_archive(wishes.archive, clock);
    if (!shipped.ok() && shipped.error().code != Code::busy) return shipped.error();
    const auto done = backup::deliver(wishes.backups, clock);
    // Busy: the server is at it, and goes on with what has come meanwhile.
    if (!done.ok() && done.error().code != Code::busy) return done.error();
  }
  return target_states(backups, targets);
}

void ship_last(const Config& config, const std::filesystem::path& backups,
               const Environment& environment, const Clock& clock, const Logger& log) {
  const std::int64_t until_ms = clock.monotonic_ms() + k_last_ms;
  for (const BackupTarget& target : backup_targets_of(config)) {
    if (backup::read_shipping_state(backups, target).tries.failures != 0) continue;
    auto wishes = wishes_for(target, config, backups, environment, clock);
    if (!wishes.ok()) continue;
    wishes->archive.timeout_ms = k_last_ms;
    wishes->archive.with_merged = false;
    wishes->archive.is_cancelled = [&] { return clock.monotonic_ms() > until_ms; };
    tell(log, target.shown(), backup::ship_archive(wishes->archive, clock));
  }
}

Result<std::vector<std::unique_ptr<backup::Courier>>> start_couriers(
    const Config& config, const std::filesystem::path& backups, const Environment& environment,
    const Clock& clock, const Logger& log) {
  std::vector<std::unique_ptr<backup::Courier>> couriers;
  for (const BackupTarget& target : backup_targets_of(config)) {
    Wishes wishes = TRY(wishes_for(target, config, backups, environment, clock));
    couriers.push_back(std::make_unique<backup::Courier>(
        k_backups_pause, [wish = std::move(wishes.backups), &clock, &log,
                          name = target.shown()](const auto& is_cancelled) mutable {
          wish.is_cancelled = is_cancelled;
          const auto done = backup::deliver(wish, clock);
          if (is_worth_telling(done)) tell(log, name, done);
        }));
    const auto shipper = std::make_shared<backup::ArchiveShipper>(std::move(wishes.archive), clock);
    couriers.push_back(std::make_unique<backup::Courier>(
        k_archive_pause, [shipper, &log, name = target.shown()](const auto& is_cancelled) {
          tell(log, name, shipper->round(is_cancelled));
        }));
  }
  return couriers;
}

}  // namespace kontor::app
