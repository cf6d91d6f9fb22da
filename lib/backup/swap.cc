#include "backup/swap.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <optional>
#include <system_error>

#include "backup/catalogue.h"
#include "backup/durable_file.h"
#include "backup/staging_folder.h"
#include "base/json.h"
#include "base/json_writer.h"
#include "base/small_file.h"
#include "store/start_check.h"

namespace kontor::backup {
namespace {

constexpr const char* k_journal = "restore.journal";
constexpr std::size_t k_journal_bytes = 4096;
constexpr std::string_view k_aside_prefix = "before-restore-";

// The database goes first: a log without its database is nothing, the other way round it is a
// database of another time.
constexpr std::array<std::string_view, 7> k_entries = {
    "kontor.db", "kontor.db-wal", "kontor.db-shm", "kontor.db-running",
    "files",     "kontor.toml",   k_master_key};

bool is_there(const std::filesystem::path& path) {
  std::error_code ignored;
  return std::filesystem::exists(std::filesystem::symlink_status(path, ignored));
}

struct Journal {
  std::string from;              // folder that holds the new data
  std::string aside;             // folder for the old data
  std::vector<std::string> out;  // entries that go aside
  std::vector<std::string> in;   // entries that come in
};

std::string to_json(const Journal& journal) {
  std::string text;
  JsonWriter out(text);
  const auto write_list = [&](std::string_view name, const std::vector<std::string>& entries) {
    out.key(name).begin_array();
    for (const std::string& entry : entries) out.string(entry);
    out.end_array();
  };
  out.begin_object().key("from").string(journal.from).key("aside").string(journal.aside);
  write_list("out", journal.out);
  write_list("in", journal.in);
  out.end_object();
  return text;
}

bool is_plain_name(const std::string& name) {
  return !name.empty() && name != "." && name != ".." && name.find('/') == std::string::npos;
}

std::optional<std::string> name_in(const Json& json, std::string_view member) {
  const Json* value = json.find(member);
  if (value == nullptr || value->string() == nullptr || !is_plain_name(*value->string())) {
    return std::nullopt;
  }
  return *value->string();
}

std::optional<std::vector<std::string>> entries_in(const Json& json, std::string_view member) {
  const Json* value = json.find(member);
  if (value == nullptr || value->array() == nullptr) return std::nullopt;
  std::vector<std::string> entries;
  for (const Json& item : *value->array()) {
    const bool known = item.string() != nullptr && std::find(k_entries.begin(), k_entries.end(),
                                                             *item.string()) != k_entries.end();
    if (!known) return std::nullopt;
    entries.push_back(*item.string());
  }
  return entries;
}

Result<Journal> read_journal(const std::filesystem::path& file) {
  const auto json = parse_json(TRY(read_small_file(file.string(), k_journal_bytes)));
  if (json.ok()) {
    auto from = name_in(*json, "from"), aside = name_in(*json, "aside");
    auto out = entries_in(*json, "out"), in = entries_in(*json, "in");
    const bool takes_key_out =
        out && std::find(out->begin(), out->end(), k_master_key) != out->end();
    if (from && aside && out && in && !takes_key_out) return Journal{*from, *aside, *out, *in};
  }
  return Error{
      .code = Code::verification_failed,
      .message = file.string() + ", the journal of a restore, cannot be read.",
      .kind = "journal_damaged",
      .hint = "look into the folders before-restore-… beside it; docs/backup.md tells how"};
}

class Swap {
 public:
  Swap(const std::filesystem::path& data_dir, Journal journal, const StepObserver& observe)
      : data_dir_(data_dir), journal_(std::move(journal)), observe_(observe) {}

  // From here on it is only a matter of finishing.
  Result<void> begin() {
    step();
    return write_atomically(data_dir_ / k_journal, to_json(journal_));
  }

  Result<void> finish() {
    TRY(check_source());
    TRY(make_folders(aside()));
    for (const std::string& entry : journal_.out) TRY(move_out(entry));
    TRY(sync());
    for (const std::string& entry : journal_.in) TRY(move_in(entry));
    TRY(sync());
    step();
    return remove_journal();
  }

 private:
  std::filesystem::path aside() const { return data_dir_ / journal_.aside; }
  std::filesystem::path from() const { return data_dir_ / journal_.from; }

  // Nothing goes aside for which nothing would come.
  Result<void> check_source() const {
    for (const std::string& entry : journal_.in) {
      const bool goes_out =
          std::find(journal_.out.begin(), journal_.out.end(), entry) != journal_.out.end();
      const bool came_in = is_there(data_dir_ / entry) && (!goes_out || is_there(aside() / entry));
      if (is_there(from() / entry) || came_in) continue;
      return Error{.code = Code::verification_failed,
                   .message = "A restore was interrupted, and " + (from() / entry).string() +
                              ", which it was about to bring in, is gone.",
                   .kind = "journal_damaged",
                   .hint = "remove " + (data_dir_ / k_journal).string() +
                           " if the old data are still in place, then restore again"};
    }
    return {};
  }

  void step() {
    if (observe_) observe_(steps_++);
  }

  Result<void> sync() {
    step();
    TRY(store::sync_folder(aside()));
    if (is_there(from())) TRY(store::sync_folder(from()));
    return store::sync_folder(data_dir_);
  }

  // What lies aside already was moved by the process that was killed; what has its name now is new.
  Result<void> move_out(const std::string& entry) {
    if (is_there(aside() / entry) || !is_there(data_dir_ / entry)) return {};
    step();
    return move(data_dir_ / entry, aside() / entry);
  }

  Result<void> move_in(const std::string& entry) {
    if (!is_there(from() / entry)) return {};
    step();
    return move(from() / entry, data_dir_ / entry);
  }

  Result<void> remove_journal() {
    const std::filesystem::path file = data_dir_ / k_journal;
    if (::unlink(file.c_str()) != 0) return file_error(file, "cannot be removed");
    TRY(store::sync_folder(data_dir_));
    std::error_code ignored;
    // A staging folder holds nothing that is missed; of another one only the empty rest goes.
    if (journal_.from.starts_with(k_aside_prefix)) std::filesystem::remove(from(), ignored);
    else std::filesystem::remove_all(from(), ignored);
    return {};
  }

  const std::filesystem::path& data_dir_;
  Journal journal_;
  const StepObserver& observe_;
  int steps_ = 0;
};

std::vector<std::string> entries_of(const std::filesystem::path& folder) {
  std::vector<std::string> entries;
  for (const std::string_view entry : k_entries) {
    if (is_there(folder / entry)) entries.emplace_back(entry);
  }
  return entries;
}

// Settings stay where the backup has none.
Journal plan(const std::filesystem::path& data_dir, const std::filesystem::path& from,
             std::string aside) {
  Journal journal{.from = from.filename().string(),
                  .aside = std::move(aside),
                  .out = entries_of(data_dir),
                  .in = entries_of(from)};
  if (!is_there(from / "kontor.toml")) std::erase(journal.out, "kontor.toml");
  // The key that is there stays, whatever a sealed backup has; where there is none its own comes
  // in.
  std::erase(journal.out, k_master_key);
  if (is_there(data_dir / k_master_key)) std::erase(journal.in, k_master_key);
  return journal;
}

std::string new_aside(const std::filesystem::path& data_dir, std::int64_t now_ms) {
  std::string name;
  for (int number = 1; name.empty() || is_there(data_dir / name); ++number) {
    name = std::string(k_aside_prefix) + stamp(now_ms);
    if (number > 1) name += "-" + std::to_string(number);
  }
  return name;
}

}  // namespace

bool is_swap_interrupted(const std::filesystem::path& data_dir) {
  return is_there(data_dir / k_journal);
}

Result<bool> finish_swap(const std::filesystem::path& data_dir, const StepObserver& observe) {
  if (!is_swap_interrupted(data_dir)) {
    StagingFolder::sweep(data_dir);
    return false;
  }
  Swap swap(data_dir, TRY(read_journal(data_dir / k_journal)), observe);
  TRY(swap.finish());
  return true;
}

Result<Swapped> restore_in_place(const std::filesystem::path& file,
                                 const std::filesystem::path& data_dir,
                                 const std::vector<Check>& checks, std::int64_t now_ms,
                                 Random& random, const StepObserver& observe, const Keyring& keys) {
  TRY(finish_swap(data_dir));
  StagingFolder staging = TRY(StagingFolder::make(data_dir, random));
  Manifest manifest = TRY(unpack_proven(file, staging.path(), checks, keys));
  TRY(sync_tree(staging.path()));
  const std::string aside = new_aside(data_dir, now_ms);
  Swap swap(data_dir, plan(data_dir, staging.path(), aside), observe);
  Result<void> done = swap.begin();
  if (done.ok()) done = swap.finish();
  if (is_swap_interrupted(data_dir)) staging.release();  // the journal needs what is in it
  if (!done.ok()) return done.error();
  return Swapped{std::move(manifest), data_dir / aside};
}

std::filesystem::path undo_source(const std::filesystem::path& data_dir) {
  std::filesystem::path newest;
  std::error_code failure;
  for (const auto& entry : std::filesystem::directory_iterator(data_dir, failure)) {
    const bool is_one = entry.path().filename().string().starts_with(k_aside_prefix) &&
                        is_there(entry.path() / "kontor.db");
    if (is_one && entry.path() > newest) newest = entry.path();
  }
  return newest;
}

Result<Swapped> undo_restore(const std::filesystem::path& data_dir, std::int64_t now_ms,
                             const StepObserver& observe) {
  TRY(finish_swap(data_dir));
  const std::filesystem::path source = undo_source(data_dir);
  if (source.empty()) {
    return Error{.code = Code::not_found,
                 .message = data_dir.string() + " holds nothing from before a restore.",
                 .kind = "nothing_to_undo",
                 .hint = "kontor backup list"};
  }
  const std::string aside = new_aside(data_dir, now_ms);
  Swap swap(data_dir, plan(data_dir, source, aside), observe);
  TRY(swap.begin());
  TRY(swap.finish());
  return Swapped{{}, data_dir / aside};
}

}  // namespace kontor::backup
