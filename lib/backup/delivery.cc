#include "backup/delivery.h"

#include <algorithm>
#include <utility>

#include "backup/catalogue.h"
#include "backup/durable_file.h"
#include "base/civil.h"
#include "base/json.h"
#include "base/small_file.h"

namespace kontor::backup {
namespace {

// Names of some 50 bytes: more than anybody keeps.
constexpr std::size_t k_state_bytes = 1024 * 1024;
constexpr TryPause k_pause{.first_ms = 60'000, .longest_ms = 3'600'000};

std::filesystem::path state_file(const std::filesystem::path& backups, const BackupTarget& target) {
  return backups / (".target-" + target.id() + ".json");
}

std::int64_t instant_of(const Json& object, std::string_view name) {
  const Json* value = object.find(name);
  if (value == nullptr || value->string() == nullptr) return 0;
  return parse_instant(*value->string()).value_or(0);
}

std::vector<std::string> texts_of(const Json& object, std::string_view name) {
  std::vector<std::string> texts;
  const Json* value = object.find(name);
  if (value == nullptr || value->array() == nullptr) return texts;
  for (const Json& item : *value->array()) {
    if (item.string() != nullptr) texts.push_back(*item.string());
  }
  return texts;
}

// What cannot be read is as if it were not there: then everything is looked at once more.
void read_recorded(const std::filesystem::path& file, TargetState& state) {
  const auto text = read_small_file(file.string(), k_state_bytes);
  if (!text.ok()) return;
  const auto json = parse_json(*text);
  if (!json.ok() || json->object() == nullptr) return;
  state.delivered = texts_of(*json, "delivered");
  state.delivered_at_ms = instant_of(*json, "delivered_at");
  state.tries = read_tries(*json);
}

void write_outcome(JsonWriter& out, const TargetState& state) {
  write_instant(out, "delivered_at", state.delivered_at_ms);
  write_tries(out, state.tries);
}

Result<void> record(const DeliveryWish& wish, const TargetState& state) {
  std::string text;
  JsonWriter out(text);
  out.begin_object().key("target").string(state.target).key("delivered").begin_array();
  for (const std::string& name : state.delivered) out.string(name);
  out.end_array();
  write_outcome(out, state);
  out.end_object();
  return write_atomically(state_file(wish.backups, wish.target), text + "\n");
}

Result<void> copy_one(const DeliveryWish& wish, const std::string& name) {
  return wish.store->put(wish.backups / name,
                         {.timeout_ms = wish.timeout_ms, .is_cancelled = wish.is_cancelled});
}

void note_success(TargetState& state, const std::string& name, std::int64_t now_ms) {
  std::erase(state.waiting, name);
  state.delivered.insert(state.delivered.begin(), name);
  std::sort(state.delivered.rbegin(), state.delivered.rend());
  state.delivered_at_ms = now_ms;
  state.tries.succeed();
}

// Pruned while it was waiting: then there is nothing to copy any more.
bool is_gone(const std::filesystem::path& file) {
  std::error_code failure;
  return !std::filesystem::exists(file, failure) && !failure;
}

}  // namespace

TargetState read_target_state(const std::filesystem::path& backups, const BackupTarget& target) {
  TargetState state{.target = target.shown()};
  read_recorded(state_file(backups, target), state);
  const std::vector<std::string> known = std::exchange(state.delivered, {});
  for (const std::string& name : backup_names(backups)) {
    const bool arrived = std::find(known.begin(), known.end(), name) != known.end();
    (arrived ? state.delivered : state.waiting).push_back(name);
  }
  return state;
}

Result<Delivered> deliver(const DeliveryWish& wish, const Clock& clock) {
  TRY(make_folders(wish.backups));
  const FileLock lock =
      TRY(FileLock::try_file(wish.backups / (".target-" + wish.target.id() + ".lock")));
  Delivered done{.state = read_target_state(wish.backups, wish.target)};
  TargetState& state = done.state;
  if (!wish.at_once && !state.tries.is_due(clock.now_ms())) return done;
  for (const std::string& name : std::vector<std::string>(state.waiting)) {
    Result<void> copied = copy_one(wish, name);
    if (!copied.ok() && copied.error().kind == "interrupted") return done;
    if (!copied.ok() && is_gone(wish.backups / name)) continue;
    if (copied.ok()) note_success(state, name, clock.now_ms());
    else state.tries.fail(copied.error(), clock.now_ms(), k_pause);
    TRY(record(wish, state));
    if (!copied.ok()) {
      done.error = std::move(copied).error();
      return done;
    }
    done.names.push_back(name);
  }
  return done;
}

void write_target(JsonWriter& out, const TargetState& state) {
  out.key("target").string(state.target);
  out.key("delivered").integer(static_cast<std::int64_t>(state.delivered.size()));
  out.key("waiting").integer(static_cast<std::int64_t>(state.waiting.size()));
  write_outcome(out, state);
}

std::string targets_json(const std::vector<TargetState>& states) {
  std::string text;
  JsonWriter out(text);
  out.begin_array();
  for (const TargetState& state : states) {
    out.begin_object();
    write_target(out, state);
    out.end_object();
  }
  out.end_array();
  return text;
}

std::string target_line(const TargetState& state) {
  const std::size_t here = state.delivered.size() + state.waiting.size();
  std::string line = state.target + " has " + std::to_string(state.delivered.size()) + " of " +
                     std::to_string(here) + " backups";
  if (state.delivered_at_ms > 0) {
    line += ", the last came " + format_instant(state.delivered_at_ms).substr(0, 19) + "Z";
  }
  return line + tries_words(state.tries);
}

}  // namespace kontor::backup
