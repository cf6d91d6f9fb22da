#include "backup/archive_shipping.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <system_error>
#include <utility>

#include "backup/archive_bundle.h"
#include "backup/archive_folder.h"
#include "backup/catalogue.h"
#include "backup/durable_file.h"
#include "base/civil.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/sha256.h"
#include "base/small_file.h"

namespace kontor::backup {
namespace {

constexpr std::size_t k_state_bytes = 1024 * 1024;
constexpr TryPause k_pause{.first_ms = 10'000, .longest_ms = 300'000};
constexpr std::size_t k_digest_digits = 8;
constexpr std::int64_t k_merged_pause_ms = 60'000;
// Of those that stand at its end or before it, with what was merged: a restore that goes back finds
// its base without the small bundles.
constexpr std::size_t k_bases_along = 3;

std::filesystem::path beside(const ShippingWish& wish, const char* ending) {
  return wish.backups / (".target-" + wish.target.id() + ending);
}

std::int64_t integer_of(const Json& object, std::string_view name) {
  const Json* value = object.find(name);
  return value != nullptr && value->integer() != nullptr ? *value->integer() : 0;
}

std::string text_of(const Json& object, std::string_view name) {
  const Json* value = object.find(name);
  return value != nullptr && value->string() != nullptr ? *value->string() : std::string();
}

std::int64_t instant_of(const Json& object, std::string_view name) {
  return parse_instant(text_of(object, name)).value_or(0);
}

void write_state(JsonWriter& out, const ShippingState& state) {
  out.key("target").string(state.target).key("epoch").string(state.epoch);
  out.key("sequence").integer(static_cast<std::int64_t>(state.sequence));
  write_instant(out, "last_second", state.last_ms);
  write_instant(out, "shipped_at", state.shipped_at_ms);
  write_tries(out, state.tries);
}

std::string to_the_second(std::int64_t ms) { return format_instant(ms).substr(0, 19) + "Z"; }

// What the target lacks of an epoch.
struct Lacking {
  std::vector<SegmentFile> segments;
  std::vector<std::string> bases;
};

Lacking scan(const std::filesystem::path& epoch, const ShippingState& state, bool is_current) {
  Lacking lacking;
  std::error_code failure;
  for (const auto& item : std::filesystem::directory_iterator(epoch, failure)) {
    const std::string name = item.path().filename().string();
    if (auto segment = parse_segment_name(name)) {
      segment->file = name;
      if (!is_current || segment->sequence > state.sequence) lacking.segments.push_back(*segment);
    } else if (name.starts_with("base-") && name.ends_with(".json")) {
      const auto known = std::find(state.bases.begin(), state.bases.end(), name);
      if (!is_current || known == state.bases.end()) lacking.bases.push_back(name);
    }
  }
  std::sort(lacking.segments.begin(), lacking.segments.end(),
            [](const SegmentFile& a, const SegmentFile& b) { return a.sequence < b.sequence; });
  std::sort(lacking.bases.begin(), lacking.bases.end());
  return lacking;
}

// A folder that is read while it is written to may show a file and not the one before it. What was
// there when the second reading began, it shows.
Lacking scan_whole(const std::filesystem::path& epoch, const ShippingState& state,
                   bool is_current) {
  Lacking first = scan(epoch, state, is_current);
  if (first.segments.empty()) return first;
  Lacking second = scan(epoch, state, is_current);
  const std::uint64_t last = first.segments.back().sequence;
  std::erase_if(second.segments, [&](const SegmentFile& s) { return s.sequence > last; });
  second.bases = first.bases;
  return second;
}

class Shipping {
 public:
  Shipping(const ShippingWish& wish, const Clock& clock, Shipped& done)
      : wish_(wish), clock_(clock), done_(done), state_(done.state), scratch_(beside(wish, ".d")) {}

  // An Error of what failed; what was sent before it is recorded.
  Result<void> run() {
    std::error_code ignored;
    std::filesystem::remove_all(scratch_, ignored);  // of a process that was killed
    TRY(ship_erasures());
    for (const std::string& epoch : epochs()) {
      if (epoch >= state_.epoch) TRY(ship_epoch(epoch));
    }
    if (!wish_.with_merged) return {};
    const std::vector<std::string> names = epochs();
    std::erase_if(state_.merged, [&](const auto& entry) {
      return !std::binary_search(names.begin(), names.end(), entry.first);
    });
    for (const std::string& epoch : names) TRY(ship_merged_of(epoch));
    return {};
  }

  Result<void> record() const {
    std::string text;
    JsonWriter out(text);
    out.begin_object();
    write_state(out, state_);
    out.key("erasures").string(state_.erasures).key("bases").begin_array();
    for (const std::string& base : state_.bases) out.string(base);
    out.end_array().key("merged").begin_object();
    for (const auto& [epoch, mark] : state_.merged) {
      out.key(epoch).begin_object().key("first").integer(static_cast<std::int64_t>(mark.first));
      out.key("last").integer(static_cast<std::int64_t>(mark.last)).end_object();
    }
    out.end_object().end_object();
    return write_atomically(beside(wish_, "-archive.json"), text + "\n");
  }

 private:
  std::vector<std::string> epochs() const {
    std::vector<std::string> names;
    std::error_code failure;
    for (const auto& item : std::filesystem::directory_iterator(wish_.archive, failure)) {
      std::error_code gone;
      std::string name = item.path().filename().string();
      if (item.is_directory(gone)) names.push_back(std::move(name));
    }
    std::sort(names.begin(), names.end());
    return names;
  }

  Result<void> put(const std::filesystem::path& file) {
    auto sent = wish_.store->put(
        file, {.timeout_ms = wish_.timeout_ms, .is_cancelled = wish_.is_cancelled});
    std::error_code ignored;
    std::filesystem::remove(file, ignored);
    if (!sent.ok()) return sent;
    ++done_.files;
    state_.shipped_at_ms = clock_.now_ms();
    return {};
  }

  Result<void> send(const std::filesystem::path& epoch, const std::vector<std::string>& files,
                    const BundleName& name) {
    TRY(make_folders(scratch_));
    const std::filesystem::path bundle = TRY(write_bundle(scratch_, epoch, files, name));
    return put(bundle);
  }

  Result<void> ship_erasures() {
    const std::filesystem::path list = wish_.backups / "erasures.txt";
    const auto text = read_small_file(list.string(), limits::erasure_list_bytes);
    if (!text.ok()) return text.error().code == Code::not_found ? Result<void>() : text.error();
    const std::string digest = sha256_hex(*text);
    if (digest == state_.erasures) return {};
    TRY(make_folders(scratch_));
    const std::filesystem::path file = scratch_ / ("erasures-" + stamp(clock_.now_ms()) + "-" +
                                                   digest.substr(0, k_digest_digits) + ".txt");
    TRY(write_atomically(file, *text));
    TRY(put(file));
    state_.erasures = digest;
    return record();
  }

  Result<void> ship_epoch(const std::string& name) {
    const std::filesystem::path folder = wish_.archive / name;
    std::error_code failure;
    if (!std::filesystem::exists(folder / "epoch.json", failure)) return {};  // it begins just now
    while (true) {
      const bool is_current = name == state_.epoch;
      const Lacking lacking = scan_whole(folder, state_, is_current);
      if (lacking.segments.empty() && lacking.bases.empty()) return {};
      const std::uint64_t before = is_current ? state_.sequence : 0;
      if (!is_current) state_ = renewed(name);
      TRY(ship_some(folder, lacking, before));
    }
  }

  ShippingState renewed(const std::string& epoch) const {
    ShippingState fresh = state_;
    fresh.epoch = epoch;
    fresh.sequence = 0;
    fresh.last_ms = 0;
    fresh.bases.clear();
    return fresh;
  }

  // One bundle: segments in their order, and the bases that all before them are there for.
  Result<void> ship_some(const std::filesystem::path& folder, const Lacking& lacking,
                         std::uint64_t sequence) {
    std::vector<std::string> files = {"epoch.json"};
    std::int64_t bytes = 0, last_ms = state_.last_ms;
    std::uint64_t first = std::numeric_limits<std::uint64_t>::max();
    for (const SegmentFile& segment : lacking.segments) {
      std::error_code gone;
      const auto size = std::filesystem::file_size(folder / segment.file, gone);
      if (gone) continue;  // pruned meanwhile
      bytes += static_cast<std::int64_t>(size);
      if (bytes > k_bundle_bytes && files.size() > 1) break;
      files.push_back(segment.file.string());
      first = std::min(first, segment.first_sequence);
      sequence = segment.sequence;
      last_ms = segment.second_ms;
    }
    const bool is_all = lacking.segments.empty() || sequence == lacking.segments.back().sequence;
    if (is_all) files.insert(files.end(), lacking.bases.begin(), lacking.bases.end());
    TRY(send(folder, files,
             {.epoch = {},
              .first_sequence = std::min(first, sequence + 1),
              .last_sequence = sequence,
              .last_ms = last_ms}));
    state_.sequence = sequence;
    state_.last_ms = last_ms;
    if (is_all) state_.bases.insert(state_.bases.end(), lacking.bases.begin(), lacking.bases.end());
    return record();
  }

  // What was merged of segments that are there, and is not there itself, in its order.
  std::vector<SegmentFile> merged_of(const std::string& epoch) const {
    const bool is_whole = epoch < state_.epoch;
    const std::uint64_t there =
        is_whole ? std::numeric_limits<std::uint64_t>::max() : state_.sequence;
    const auto known = state_.merged.find(epoch);
    const MergedMark mark = known == state_.merged.end() ? MergedMark() : known->second;
    std::vector<SegmentFile> files;
    std::error_code failure;
    for (const auto& item : std::filesystem::directory_iterator(wish_.archive / epoch, failure)) {
      auto file = parse_segment_name(item.path().filename().string());
      if (!file || !file->is_merged() || file->sequence > there) continue;
      if (!mark.is_before({file->first_sequence, file->sequence})) continue;
      file->file = item.path();
      files.push_back(*std::move(file));
    }
    std::sort(files.begin(), files.end(), [](const SegmentFile& a, const SegmentFile& b) {
      return MergedMark{a.first_sequence, a.sequence}.is_before({b.first_sequence, b.sequence});
    });
    return files;
  }

  Result<void> ship_merged_of(const std::string& epoch) {
    if (epoch > state_.epoch) return {};
    const std::vector<SegmentFile> files = merged_of(epoch);
    if (files.empty()) return {};
    const Epoch here = TRY(read_epoch(wish_.archive / epoch));
    for (const SegmentFile& file : files) TRY(ship_merged(epoch, file, here.bases));
    return {};
  }

  Result<void> ship_merged(const std::string& epoch, const SegmentFile& file,
                           const std::vector<Base>& bases) {
    std::error_code failure;
    if (!std::filesystem::exists(file.file, failure)) return {};  // pruned meanwhile
    std::vector<std::string> files = {"epoch.json", file.file.filename().string()};
    for (auto base = bases.rbegin(); base != bases.rend(); ++base) {
      if (files.size() == 2 + k_bases_along) break;
      if (base->place.sequence <= file.sequence) files.push_back("base-" + base->id + ".json");
    }
    TRY(send(wish_.archive / epoch, files,
             {.epoch = {},
              .is_merged = true,
              .first_sequence = file.first_sequence,
              .last_sequence = file.sequence,
              .last_ms = file.second_ms}));
    state_.merged[epoch] = {file.first_sequence, file.sequence};
    return record();
  }

  const ShippingWish& wish_;
  const Clock& clock_;
  Shipped& done_;
  ShippingState& state_;
  const std::filesystem::path scratch_;
};

void read_lists(const Json& json, ShippingState& state) {
  const Json* bases = json.find("bases");
  if (bases != nullptr && bases->array() != nullptr) {
    for (const Json& base : *bases->array()) {
      if (base.string() != nullptr) state.bases.push_back(*base.string());
    }
  }
  const Json* merged = json.find("merged");
  if (merged == nullptr || merged->object() == nullptr) return;
  for (const auto& [epoch, mark] : *merged->object()) {
    state.merged[epoch] = {static_cast<std::uint64_t>(integer_of(mark, "first")),
                           static_cast<std::uint64_t>(integer_of(mark, "last"))};
  }
}

}  // namespace

ShippingState read_shipping_state(const std::filesystem::path& backups,
                                  const BackupTarget& target) {
  ShippingState state{.target = target.shown()};
  const std::filesystem::path file = backups / (".target-" + target.id() + "-archive.json");
  const auto text = read_small_file(file.string(), k_state_bytes);
  if (!text.ok()) return state;
  const auto json = parse_json(*text);
  if (!json.ok() || json->object() == nullptr) return state;
  state.epoch = text_of(*json, "epoch");
  state.sequence = static_cast<std::uint64_t>(integer_of(*json, "sequence"));
  state.last_ms = instant_of(*json, "last_second");
  state.erasures = text_of(*json, "erasures");
  state.shipped_at_ms = instant_of(*json, "shipped_at");
  state.tries = read_tries(*json);
  read_lists(*json, state);
  return state;
}

Result<Shipped> ship_archive(const ShippingWish& wish, const Clock& clock) {
  TRY(make_folders(wish.backups));
  const FileLock lock = TRY(FileLock::try_file(beside(wish, "-archive.lock")));
  Shipped done{.state = read_shipping_state(wish.backups, wish.target)};
  ShippingState& state = done.state;
  if (!wish.at_once && !state.tries.is_due(clock.now_ms())) return done;
  Shipping shipping(wish, clock, done);
  Result<void> sent = shipping.run();
  if (!sent.ok() && sent.error().kind == "interrupted") return done;
  const bool had_failed = state.tries.failures != 0;
  if (sent.ok()) {
    state.tries.succeed();
    if (had_failed) TRY(shipping.record());
    return done;
  }
  state.tries.fail(sent.error(), clock.now_ms(), k_pause);
  TRY(shipping.record());
  done.error = std::move(sent).error();
  return done;
}

ArchiveShipper::ArchiveShipper(ShippingWish wish, const Clock& clock)
    : wish_(std::move(wish)), clock_(clock) {}

// Changes with every file that comes, or nearly: two within one tick of the file system's clock
// leave the same, so what was seen once is looked at once more.
std::string ArchiveShipper::signature() const {
  const auto time_of = [](const std::filesystem::path& path) {
    std::error_code failure;
    const auto time = std::filesystem::last_write_time(path, failure);
    return failure ? std::string("-") : std::to_string(time.time_since_epoch().count());
  };
  std::string text = time_of(wish_.backups / "erasures.txt");
  std::error_code failure;
  for (const auto& item : std::filesystem::directory_iterator(wish_.archive, failure)) {
    text += " " + item.path().filename().string() + time_of(item.path());
  }
  return text;
}

Result<Shipped> ArchiveShipper::round(const std::function<bool()>& is_cancelled) {
  const std::string now = signature();
  if (now == seen_ && is_settled_) return Shipped{};
  wish_.is_cancelled = is_cancelled;
  wish_.with_merged = clock_.monotonic_ms() >= next_merged_ms_;
  auto done = ship_archive(wish_, clock_);
  const bool is_there = done.ok() && done->state.tries.failures == 0;
  if (wish_.with_merged && is_there) next_merged_ms_ = clock_.monotonic_ms() + k_merged_pause_ms;
  is_settled_ = now == seen_ && is_there && wish_.with_merged;
  seen_ = now;
  return done;
}

std::string shipping_json(const std::vector<ShippingState>& states) {
  std::string text;
  JsonWriter out(text);
  out.begin_array();
  for (const ShippingState& state : states) {
    out.begin_object();
    write_state(out, state);
    out.end_object();
  }
  out.end_array();
  return text;
}

std::string shipping_line(const ShippingState& state) {
  if (state.epoch.empty() && state.tries.failures == 0) return {};
  std::string line = state.target + " has the archive";
  line += state.last_ms == 0 ? ", but no segment yet" : " up to " + to_the_second(state.last_ms);
  return line + tries_words(state.tries);
}

}  // namespace kontor::backup
