#include "standby/standby_source.h"

#include <system_error>
#include <utility>

#include "backup/archive_follow.h"
#include "backup/catalogue.h"
#include "backup/durable_file.h"
#include "backup/restore.h"
#include "backup_making.h"
#include "backup_proof.h"
#include "backup_sealing.h"
#include "base/master_key.h"
#include "composition.h"
#include "erasure_list.h"
#include "read_only.h"
#include "restore_source.h"
#include "store/start_check.h"
#include "target_stores.h"

namespace kontor::app {
namespace {

bool exists_at(const std::filesystem::path& path) {
  std::error_code ignored;
  return std::filesystem::exists(path, ignored);
}

Result<std::int64_t> schema_in(const std::filesystem::path& database) {
  return read_only(database, [](store::ReadTx& tx) -> Result<std::int64_t> {
    store::Statement row = tx.prepare("PRAGMA user_version");
    row.step();
    return row.integer(0);
  });
}

Result<void> check_key(const StandbySource& source, const Config& config,
                       const std::filesystem::path& fresh) {
  const std::filesystem::path key = source.data / "master.key";
  if (exists_at(key) || exists_at(fresh / "master.key")) return {};
  if (read_master_key(key.string(), config.credentials()).ok()) return {};
  return Error{.code = Code::wrong_key,
               .message = "A standby needs the master key of its server, and " + key.string() +
                          " is not there: what came from " + source.from + " does not hold it.",
               .hint = "copy master.key of the server to " + key.string() + ", then start again"};
}

// What is there of its own stays; the database comes last.
Result<void> move_in(const std::filesystem::path& fresh, const std::filesystem::path& data) {
  std::error_code ignored;
  for (const char* name : {"master.key", "kontor.toml"}) {
    if (exists_at(fresh / name) && !exists_at(data / name))
      TRY(backup::move(fresh / name, data / name));
  }
  if (exists_at(fresh / "files")) {
    std::filesystem::remove_all(data / "files", ignored);
    TRY(backup::move(fresh / "files", data / "files"));
  }
  for (const char* name : {"kontor.db-wal", "kontor.db-shm", "kontor.db-running"})
    std::filesystem::remove(data / name, ignored);
  TRY(backup::move(fresh / "kontor.db", data / "kontor.db"));
  return store::sync_folder(data);
}

}  // namespace

Result<StandbySource> StandbySource::open(const std::string& from, const std::string& key_file,
                                          const Config& config, const Session& session) {
  const auto target = TRY(readable_target(from));
  StandbySource source {
    .from = from, .store = {}, .keys = TRY(backup_keys_of(config, key_file))
    , .data = data_path(config), .timeout_ms = config.integer("backup_target_timeout_s") * 1000,
      .random = session.random
  };
  if (target) {
    source.store = TRY(store_of(*target, config, session.environment, session.clock));
  } else {
    source.from = std::filesystem::absolute(from).lexically_normal().string();
    source.store = backup::folder_store(source.from);
  }
  return source;
}

Result<void> check_schema_served(std::int64_t schema) {
  if (schema == schema_version()) return {};
  const bool is_newer = schema > schema_version();
  return Error{.code = is_newer ? Code::newer_schema : Code::unavailable,
               .message = "The server's database has schema " + std::to_string(schema) +
                          ", this program serves schema " + std::to_string(schema_version()) + ".",
               .kind = is_newer ? "" : "schema_outdated",
               .hint = is_newer ? "upgrade the program of the standby, then start it again"
                                : "upgrade the server, or run the server's version here"};
}

Result<FetchedState> fetch_state(const StandbySource& source, const std::string& oldest_epoch,
                                 const std::function<bool()>& is_cancelled) {
  FetchedState state {
    .folder = TRY(backup::StagingFolder::make(source.data, source.random))
    , .fresh = {}, .record = {.from = source.from }
  };
  const backup::FetchWish wish{
      .store = *source.store,
      .folder = state.folder.path(),
      .effort = {.timeout_ms = source.timeout_ms, .is_cancelled = is_cancelled}};
  const backup::SegmentForm form = source.form();
  TRY(backup::fetch_erasures(wish));
  TRY(carry_erasures(wish.backups(), backups_of(source.data)));
  const auto point = TRY(backup::fetch_point(wish, std::nullopt, form, oldest_epoch));
  const backup::Manifest manifest = TRY(backup::read_manifest(point.backup, source.keys));
  TRY(check_schema_known(point.backup, manifest));
  TRY(backup::check_room(manifest, source.data));
  state.fresh = state.folder.path() / "fresh";
  TRY(backup::make_folders(state.fresh));
  TRY(backup::unpack_proven(point.backup, state.fresh,
                            archive_checks(point, {audit_check(manifest)}, source.keys),
                            source.keys));
  const std::int64_t schema = TRY(schema_in(state.fresh / "kontor.db"));
  TRY(check_schema_served(schema));
  std::error_code ignored;
  for (const char* tail : {"-wal", "-shm"})
    std::filesystem::remove((state.fresh / "kontor.db").string() + tail, ignored);
  state.record.epoch = point.epoch;
  state.record.place = TRY(backup::end_of(point, form));
  state.record.as_of_ms = point.last_ms;
  return state;
}

Result<backup::StandbyRecord> bring_in_first(const StandbySource& source, const Config& config,
                                             std::int64_t now_ms,
                                             const std::function<bool()>& is_cancelled) {
  backup::StagingFolder::sweep(source.data);
  TRY(backup::write_standby_record(source.data, {.from = source.from, .since_ms = now_ms}));
  FetchedState state = TRY(fetch_state(source, {}, is_cancelled));
  TRY(check_key(source, config, state.fresh));
  TRY(backup::sync_tree(state.fresh));
  TRY(move_in(state.fresh, source.data));
  state.record.since_ms = now_ms;
  TRY(backup::write_standby_record(source.data, state.record));
  return state.record;
}

}  // namespace kontor::app
