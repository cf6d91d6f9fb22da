#include "erasure_list.h"

#include <algorithm>
#include <map>
#include <system_error>

#include "backup/durable_file.h"
#include "base/civil.h"
#include "base/limits.h"
#include "base/small_file.h"
#include "crm/search_index.h"
#include "model/registry.h"

namespace kontor::app {
namespace {

using crm::Erasure;

std::filesystem::path file_in(const std::filesystem::path& backups) {
  return backups / "erasures.txt";
}

std::optional<Erasure> parse_line(std::string_view line) {
  const std::size_t first = line.find(' ');
  const std::size_t second = line.find(' ', first + 1);
  if (first == std::string_view::npos || second == std::string_view::npos) return std::nullopt;
  const auto at = parse_instant(line.substr(0, first));
  const std::string_view collection = line.substr(first + 1, second - first - 1);
  const auto id = Uuid::parse(line.substr(second + 1));
  if (!at || !id || model::find_entity(collection) == nullptr) return std::nullopt;
  return Erasure{.collection = std::string(collection), .id = *id, .at_ms = *at};
}

std::string text_of(const std::vector<Erasure>& list) {
  std::string text;
  for (const Erasure& erasure : list)
    text +=
        format_instant(erasure.at_ms) + " " + erasure.collection + " " + erasure.id.text() + "\n";
  return text;
}

// One of each, the latest; in a fixed order.
std::vector<Erasure> merged(const std::vector<Erasure>& one, const std::vector<Erasure>& other) {
  std::map<std::string, Erasure> all;
  for (const auto* list : {&one, &other}) {
    for (const Erasure& erasure : *list) {
      const auto [known, fresh] =
          all.try_emplace(erasure.collection + " " + erasure.id.text(), erasure);
      if (!fresh) known->second.at_ms = std::max(known->second.at_ms, erasure.at_ms);
    }
  }
  std::vector<Erasure> list;
  list.reserve(all.size());
  for (auto& [key, erasure] : all) list.push_back(std::move(erasure));
  return list;
}

Result<std::vector<Erasure>> read_file(const std::filesystem::path& file) {
  std::vector<Erasure> list;
  std::error_code failure;
  if (!std::filesystem::exists(file, failure)) return list;
  const std::string text = TRY(read_small_file(file.string(), limits::erasure_list_bytes));
  std::size_t begin = 0;
  for (int number = 1; begin < text.size(); ++number) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    auto erasure = parse_line(std::string_view(text).substr(begin, end - begin));
    if (!erasure)
      return Error{.code = Code::verification_failed,
                   .message = file.string() + ", line " + std::to_string(number) +
                              ": this is no time, collection and id of someone who was erased.",
                   .kind = "erasures_damaged",
                   .hint = "put the line right, or take it out"};
    list.push_back(*std::move(erasure));
    begin = end + 1;
  }
  return list;
}

Result<void> write_list(const std::filesystem::path& backups, const std::vector<Erasure>& list) {
  TRY(backup::make_folders(backups));
  return backup::write_atomically(file_in(backups), text_of(list));
}

}  // namespace

Result<std::vector<Erasure>> read_erasure_list(const std::filesystem::path& backups) {
  std::vector<Erasure> list = TRY(read_file(file_in(backups)));
  std::error_code failure;
  for (const auto& item : std::filesystem::directory_iterator(backups, failure)) {
    const std::string name = item.path().filename().string();
    if (!name.starts_with("erasures-") || !name.ends_with(".txt")) continue;
    list = merged(list, TRY(read_file(item.path())));
  }
  return list;
}

Result<std::int64_t> settle_erasures(store::Store& store, const crm::Organisation& organisation,
                                     const Clock& clock, const std::filesystem::path& backups) {
  const std::vector<Erasure> listed = TRY(read_erasure_list(backups));
  const std::vector<Erasure> pending =
      TRY(store.read([&](store::ReadTx& tx) { return Result(crm::pending_erasures(tx, listed)); }));
  if (!pending.empty()) {
    const store::StoreHealth health = store.health();
    if (!health.read_only.empty() || health.disk_full) return 0;  // the next start does it
    const crm::Context context{.now_ms = clock.now_ms(), .request_id = "erasures"};
    TRY(store.write(
        [&](store::WriteTx& tx) { return crm::erase_again(tx, organisation, context, pending); }));
    TRY(crm::purge_search_indexes(store));
    TRY(store.empty_log());
  }
  const std::vector<Erasure> known =
      TRY(store.read([](store::ReadTx& tx) { return Result(crm::list_erasures(tx)); }));
  const std::vector<Erasure> all = merged(listed, known);
  if (merged(listed, {}) != all) TRY(write_list(backups, all));
  return static_cast<std::int64_t>(pending.size());
}

Result<void> carry_erasures(const std::filesystem::path& from, const std::filesystem::path& to) {
  const std::vector<Erasure> theirs = TRY(read_erasure_list(from));
  if (theirs.empty()) return {};
  const std::vector<Erasure> ours = TRY(read_erasure_list(to));
  return write_list(to, merged(theirs, ours));
}

}  // namespace kontor::app
