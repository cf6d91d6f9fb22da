#include "backup_delivery.h"

#include <string>
#include <utility>

#include "target_stores.h"

namespace kontor::app {
namespace {

Result<backup::DeliveryWish> wish_for(const BackupTarget& target, const Config& config,
                                      const std::filesystem::path& backups,
                                      const Environment& environment, const Clock& clock) {
  return backup::DeliveryWish {
    .backups = backups, .target = target, .store = TRY(store_of(target, config, environment, clock))
    , .timeout_ms = config.integer("backup_target_timeout_s") * 1000
  };
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
            {"failures", outcome->state.failures},
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

Result<std::vector<backup::TargetState>> deliver_now(const Config& config,
                                                     const std::filesystem::path& backups,
                                                     const Environment& environment,
                                                     const Clock& clock,
                                                     const std::function<bool()>& is_cancelled) {
  const std::vector<BackupTarget> targets = backup_targets_of(config);
  for (const BackupTarget& target : targets) {
    backup::DeliveryWish wish = TRY(wish_for(target, config, backups, environment, clock));
    wish.is_cancelled = is_cancelled;
    wish.at_once = true;
    const auto done = backup::deliver(wish, clock);
    // Busy: the server is at it, and goes on with what has come meanwhile.
    if (!done.ok() && done.error().code != Code::busy) return done.error();
  }
  return target_states(backups, targets);
}

Result<std::vector<std::unique_ptr<backup::Courier>>> start_couriers(
    const Config& config, const std::filesystem::path& backups, const Environment& environment,
    const Clock& clock, const Logger& log) {
  std::vector<std::unique_ptr<backup::Courier>> couriers;
  for (const BackupTarget& target : backup_targets_of(config)) {
    backup::DeliveryWish wish = TRY(wish_for(target, config, backups, environment, clock));
    couriers.push_back(std::make_unique<backup::Courier>(
        std::move(wish),
        [&log, name = target.shown()](const Result<backup::Delivered>& outcome) {
          tell(log, name, outcome);
        },
        clock));
  }
  return couriers;
}

}  // namespace kontor::app
