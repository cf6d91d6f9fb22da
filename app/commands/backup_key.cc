#include "commands/backup_key.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <vector>

#include "backup/catalogue.h"
#include "backup/durable_file.h"
#include "base/civil.h"
#include "base/json_writer.h"
#include "store/start_check.h"

namespace kontor::app {
namespace {

Result<void> write_new_file(const std::filesystem::path& file, const std::string& text) {
  const int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) return backup::file_error(file, "cannot be made");
  Result<void> written = backup::write_all(fd, text, file);
  if (written.ok() && ::fsync(fd) != 0) written = backup::file_error(file, "cannot be synced");
  ::close(fd);
  TRY(std::move(written));
  return store::sync_folder(file.parent_path());
}

std::string key_file_text(const SecretSealKey& key, const Session& session) {
  return "# A secret key that opens sealed backups of Kontor. Made " +
         format_instant(session.clock.now_ms()) +
         ".\n# Its public half: " + key.public_key().text() + "\n" + key.text() + "\n";
}

// One row of the list.
struct Lock {
  std::string id;
  bool is_passphrase = false;
  bool is_recipient = false;  // new backups are sealed for it
  bool is_here = false;
  std::int64_t backups = 0;
};

class Locks {
 public:
  Lock& row(const std::string& id, bool is_passphrase) {
    const auto found =
        std::find_if(rows_.begin(), rows_.end(), [&](const Lock& lock) { return lock.id == id; });
    if (found != rows_.end()) return *found;
    rows_.push_back({.id = id, .is_passphrase = is_passphrase});
    return rows_.back();
  }

  // A passphrase that is here shows in that it opens what is sealed for it alone.
  void add(const backup::Entry& entry) {
    for (const backup::SealLock& lock : entry.locks) {
      Lock& known = row(lock.id, lock.kind == backup::LockKind::passphrase);
      ++known.backups;
      if (entry.locks.size() == 1 && entry.is_readable()) known.is_here = true;
    }
  }

  const std::vector<Lock>& rows() const { return rows_; }

 private:
  std::vector<Lock> rows_;
};

Result<Locks> all_locks(const BackupSealing& sealing, const std::filesystem::path& folder) {
  Locks locks;
  for (const PublicSealKey& key : sealing.recipients.keys) {
    locks.row(key.id(), false).is_recipient = true;
  }
  if (sealing.recipients.passphrase) {
    Lock& lock = locks.row(sealing.recipients.passphrase->id(), true);
    lock.is_recipient = lock.is_here = true;
  }
  for (const std::string& id : sealing.keys.key_ids()) locks.row(id, false).is_here = true;
  for (const auto& entry : TRY(backup::list_backups(folder, sealing.keys))) locks.add(entry);
  return locks;
}

std::string locks_json(const Locks& locks) {
  std::string text;
  JsonWriter out(text);
  out.begin_object().key("count").integer(static_cast<std::int64_t>(locks.rows().size()));
  out.key("keys").begin_array();
  for (const Lock& lock : locks.rows()) {
    out.begin_object().key("id").string(shown_seal_id(lock.id));
    out.key("kind").string(lock.is_passphrase ? "passphrase" : "key");
    out.key("recipient").boolean(lock.is_recipient).key("here").boolean(lock.is_here);
    out.key("backups").integer(lock.backups).end_object();
  }
  out.end_array().end_object();
  return text;
}

std::string locks_text(const Locks& locks) {
  if (locks.rows().empty()) return "Backups are not sealed, and there is no key here\n";
  std::string text;
  for (const Lock& lock : locks.rows()) {
    text += shown_seal_id(lock.id) + (lock.is_passphrase ? "  passphrase  " : "  key  ");
    text += lock.is_recipient ? "new backups are sealed for it" : "new backups are not for it";
    text += lock.is_here ? ", it is here" : ", it is not here";
    text += ", opens " + std::to_string(lock.backups) + " backups\n";
  }
  return text;
}

}  // namespace

Result<std::string> create_backup_key(const Session& session, const std::string& out) {
  if (out.empty()) {
    return Error{.code = Code::usage,
                 .message = "The file for the secret key is missing.",
                 .kind = "usage",
                 .hint = "kontor backup key create --out kontor-backup.key"};
  }
  const std::filesystem::path file = std::filesystem::absolute(out).lexically_normal();
  const SecretSealKey key = SecretSealKey::make();
  TRY(write_new_file(file, key_file_text(key, session)));
  const std::string id = shown_seal_id(key.public_key().id()), half = key.public_key().text();
  if (!session.flags.json) {
    session.output.note("The secret key is in " + file.string() +
                        ": keep it, twice, where this machine cannot be reached from. Without it "
                        "what is sealed for it is lost.");
    return half + "\n";
  }
  std::string text;
  JsonWriter json(text);
  json.begin_object().key("id").string(id).key("public_key").string(half);
  json.key("file").string(file.native()).end_object();
  return text;
}

Result<std::string> list_backup_keys(const Session& session, const BackupSealing& sealing,
                                     const std::filesystem::path& folder) {
  const Locks locks = TRY(all_locks(sealing, folder));
  return session.flags.json ? locks_json(locks) : locks_text(locks);
}

}  // namespace kontor::app
