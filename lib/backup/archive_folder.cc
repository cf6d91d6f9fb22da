#include "backup/archive_folder.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "backup/catalogue.h"
#include "backup/durable_file.h"
#include "base/civil.h"
#include "base/json.h"
#include "base/json_writer.h"
#include "base/sha256.h"
#include "base/small_file.h"
#include "store/start_check.h"

namespace kontor::backup {
namespace {

constexpr std::size_t k_record_bytes = 4096;
constexpr std::size_t k_stamp_bytes = 20;
constexpr std::size_t k_sequence_digits = 12;
constexpr std::string_view k_suffix = ".seg";

std::string hex_of(const Sha256& hash) {
  std::string text;
  for (const std::uint8_t byte : hash) {
    text += "0123456789abcdef"[byte >> 4];
    text += "0123456789abcdef"[byte & 15];
  }
  return text;
}

int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

std::optional<Sha256> hash_of_hex(const std::string& text) {
  Sha256 hash{};
  if (text.size() != 2 * hash.size()) return std::nullopt;
  for (std::size_t at = 0; at < hash.size(); ++at) {
    const int high = digit_of(text[2 * at]), low = digit_of(text[2 * at + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    hash[at] = static_cast<std::uint8_t>(high * 16 + low);
  }
  return hash;
}

// The instant of a stamp(); nullopt: it is none.
std::optional<std::int64_t> instant_of(std::string text) {
  if (text.size() != k_stamp_bytes || text[13] != '-' || text[16] != '-') return std::nullopt;
  text[13] = text[16] = ':';
  return parse_instant(text);
}

std::optional<std::uint64_t> number_of(std::string_view digits) {
  std::uint64_t value = 0;
  for (const char c : digits) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + static_cast<std::uint64_t>(c - '0');
  }
  return value;
}

std::string padded(std::uint64_t sequence) {
  const std::string number = std::to_string(sequence);
  return std::string(k_sequence_digits - std::min(k_sequence_digits, number.size()), '0') + number;
}

std::optional<SegmentFile> segment_at(const std::filesystem::path& file) {
  auto segment = parse_segment_name(file.filename().string());
  if (!segment) return std::nullopt;
  std::error_code failure;
  const auto bytes = std::filesystem::file_size(file, failure);
  segment->file = file;
  segment->bytes = failure ? 0 : static_cast<std::int64_t>(bytes);
  return segment;
}

// The text of a record: `fields`, an object without its closing brace, and the hash of them. A
// changed digit of a time or a number would be another time or number.
std::string record_text(std::string_view fields) {
  const std::string begun(fields);
  return begun + ",\"sha256\":\"" + sha256_hex(begun) + "\"}\n";
}

bool holds(std::string_view text) {
  static const std::size_t tail_bytes = record_text({}).size();
  return text.size() > tail_bytes && text == record_text(text.substr(0, text.size() - tail_bytes));
}

Result<void> write_record(const std::filesystem::path& file, std::string text) {
  text.pop_back();
  return write_atomically(file, record_text(text));
}

// A record of the folder: an object of texts and whole numbers.
class Record {
 public:
  static Result<Record> read(const std::filesystem::path& file) {
    const std::string text = TRY(read_small_file(file.string(), k_record_bytes));
    auto json = parse_json(text);
    if (!holds(text) || !json.ok() || json->object() == nullptr) return damaged(file);
    return Record(file, *std::move(json));
  }

  static Error damaged(const std::filesystem::path& file) {
    return {.code = Code::verification_failed,
            .message = file.string() + ", a record of the archive, is damaged.",
            .kind = "archive_damaged",
            .hint = "move " + file.parent_path().string() +
                    " out of the archive; what the other folders hold can be restored"};
  }

  std::string text(std::string_view name) {
    const Json* value = json_.find(name);
    if (value != nullptr && value->string() != nullptr) return *value->string();
    whole_ = false;
    return {};
  }
  std::int64_t number(std::string_view name) {
    const Json* value = json_.find(name);
    if (value != nullptr && value->integer() != nullptr && *value->integer() >= 0) {
      return *value->integer();
    }
    whole_ = false;
    return 0;
  }
  std::int64_t instant(std::string_view name) {
    const auto ms = parse_instant(text(name));
    if (!ms) whole_ = false;
    return ms.value_or(0);
  }
  ChainPlace place() {
    ChainPlace place{.sequence = static_cast<std::uint64_t>(number("sequence")),
                     .commit = static_cast<std::uint64_t>(number("commit")),
                     .hash = {}};
    const auto hash = hash_of_hex(text("hash"));
    if (hash) place.hash = *hash;
    else whole_ = false;
    return place;
  }
  // Whether all that was asked for was there.
  bool is_whole() const { return whole_; }

 private:
  Record(std::filesystem::path file, Json json) : file_(std::move(file)), json_(std::move(json)) {}

  std::filesystem::path file_;
  Json json_;
  bool whole_ = true;
};

void write_place(JsonWriter& out, const ChainPlace& place) {
  out.key("sequence").integer(static_cast<std::int64_t>(place.sequence));
  out.key("commit").integer(static_cast<std::int64_t>(place.commit));
  out.key("hash").string(hex_of(place.hash));
}

Result<Base> read_base(const std::filesystem::path& file) {
  Record record = TRY(Record::read(file));
  Base base{.backup = record.text("backup"),
            .id = record.text("id"),
            .taken_at_ms = record.instant("taken_at"),
            .place = record.place(),
            .ready_commit = static_cast<std::uint64_t>(record.number("ready_commit"))};
  const bool is_name = base.backup.find('/') == std::string::npos && !base.backup.empty();
  if (!record.is_whole() || !is_name || base.ready_commit < base.place.commit) {
    return Record::damaged(file);
  }
  return base;
}

Result<void> add_base(const std::filesystem::path& file, Epoch& epoch) {
  auto base = read_base(file);
  if (base.ok()) epoch.bases.push_back(*std::move(base));
  else if (base.error().code != Code::not_found) return base.error();  // not removed meanwhile
  return {};
}

Result<void> add_beginning(const std::filesystem::path& file, Epoch& epoch) {
  Record record = TRY(Record::read(file));
  epoch.began_ms = record.instant("began_at");
  epoch.why = record.text("why");
  return record.is_whole() ? Result<void>() : Record::damaged(file);
}

// A folder that is read while it is written to may show a file and not the one before it. What was
// there before this reading began, up to `last`, it shows.
std::error_code add_segments(std::uint64_t last, Epoch& epoch) {
  std::error_code failure;
  for (const auto& item : std::filesystem::directory_iterator(epoch.folder, failure)) {
    auto segment = segment_at(item.path());
    if (segment && segment->sequence <= last) epoch.segments.push_back(*std::move(segment));
  }
  return failure;
}

std::int64_t nanoseconds(const timespec& time) {
  return static_cast<std::int64_t>(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
}

}  // namespace

std::optional<SegmentFile> parse_segment_name(std::string_view name) {
  constexpr std::size_t k_name_bytes = k_sequence_digits + 1 + k_stamp_bytes + k_suffix.size();
  const bool is_merged = name.size() == k_name_bytes + k_sequence_digits + 1;
  if ((name.size() != k_name_bytes && !is_merged) || !name.ends_with(k_suffix)) return std::nullopt;
  const auto first = number_of(name.substr(0, k_sequence_digits));
  const std::string_view rest = name.substr(is_merged ? k_sequence_digits + 1 : 0);
  const auto last = number_of(rest.substr(0, k_sequence_digits));
  const auto second = instant_of(std::string(rest.substr(k_sequence_digits + 1, k_stamp_bytes)));
  if (!first || !last || !second || is_merged != (*first < *last)) return std::nullopt;
  if (segment_name(*first, *last, *second) != name) return std::nullopt;
  return SegmentFile{.file = {}, .first_sequence = *first, .sequence = *last, .second_ms = *second};
}

std::int64_t Epoch::bytes() const {
  std::int64_t sum = 0;
  for (const SegmentFile& segment : segments) sum += segment.bytes;
  return sum;
}

std::string database_mark(const std::filesystem::path& database) {
  struct stat entry {};
  if (::stat(database.c_str(), &entry) != 0) return {};
  return std::to_string(entry.st_dev) + ":" + std::to_string(entry.st_ino) + ":" +
         std::to_string(entry.st_size) + ":" + std::to_string(nanoseconds(entry.st_mtim)) + ":" +
         std::to_string(nanoseconds(entry.st_ctim));
}

Result<std::vector<std::filesystem::path>> epoch_folders(const std::filesystem::path& archive) {
  std::vector<std::filesystem::path> folders;
  std::error_code failure;
  if (!std::filesystem::exists(archive, failure)) return folders;
  for (const auto& item : std::filesystem::directory_iterator(archive, failure)) {
    const std::string name = item.path().filename().string();
    if (instant_of(name.substr(0, k_stamp_bytes)) && item.is_directory()) {
      folders.push_back(item.path());
    }
  }
  if (failure) {
    errno = failure.value();
    return file_error(archive, "cannot be read");
  }
  std::sort(folders.begin(), folders.end());
  return folders;
}

Result<Epoch> read_epoch(const std::filesystem::path& folder) {
  Epoch epoch{.name = folder.filename().string(), .folder = folder};
  epoch.began_ms = instant_of(epoch.name.substr(0, k_stamp_bytes)).value_or(0);
  std::error_code failure;
  std::uint64_t last = 0;
  for (const auto& item : std::filesystem::directory_iterator(folder, failure)) {
    const std::string name = item.path().filename().string();
    if (const auto segment = parse_segment_name(name)) last = std::max(last, segment->sequence);
    if (name.starts_with("base-") && name.ends_with(".json")) {
      TRY(add_base(item.path(), epoch));
    } else if (name == "epoch.json") {
      TRY(add_beginning(item.path(), epoch));
    }
  }
  if (!failure) failure = add_segments(last, epoch);
  if (failure) {
    errno = failure.value();
    return file_error(folder, "cannot be read");
  }
  std::sort(epoch.segments.begin(), epoch.segments.end(),
            [](const SegmentFile& a, const SegmentFile& b) {
              return a.sequence != b.sequence ? a.sequence < b.sequence
                                              : a.first_sequence < b.first_sequence;
            });
  std::sort(epoch.bases.begin(), epoch.bases.end(),
            [](const Base& a, const Base& b) { return a.ready_commit < b.ready_commit; });
  return epoch;
}

Result<std::vector<Epoch>> list_epochs(const std::filesystem::path& archive) {
  std::vector<Epoch> epochs;
  for (const auto& folder : TRY(epoch_folders(archive))) {
    epochs.push_back(TRY(read_epoch(folder)));
  }
  std::sort(epochs.begin(), epochs.end(), [](const Epoch& a, const Epoch& b) {
    return a.began_ms != b.began_ms ? a.began_ms < b.began_ms : a.name < b.name;
  });
  return epochs;
}

std::string epoch_name(std::int64_t began_ms, const std::string& id) {
  return stamp(began_ms) + "-" + id;
}

std::string segment_name(std::uint64_t first_sequence, std::uint64_t sequence,
                         std::int64_t last_ms) {
  std::string name = padded(first_sequence) + "-";
  if (sequence != first_sequence) name += padded(sequence) + "-";
  return name + stamp(last_ms) + std::string(k_suffix);
}

Result<void> write_epoch(const std::filesystem::path& folder, std::int64_t began_ms,
                         const std::string& why) {
  std::string text;
  JsonWriter out(text);
  out.begin_object().key("began_at").string(format_instant(began_ms));
  out.key("why").string(why).end_object();
  return write_record(folder / "epoch.json", std::move(text));
}

Result<void> write_base(const std::filesystem::path& folder, const Base& base) {
  std::string text;
  JsonWriter out(text);
  out.begin_object().key("backup").string(base.backup).key("id").string(base.id);
  out.key("taken_at").string(format_instant(base.taken_at_ms));
  write_place(out, base.place);
  out.key("ready_commit").integer(static_cast<std::int64_t>(base.ready_commit)).end_object();
  return write_record(folder / ("base-" + base.id + ".json"), std::move(text));
}

Result<void> write_end(const std::filesystem::path& archive, const CleanEnd& end) {
  std::string text;
  JsonWriter out(text);
  out.begin_object().key("epoch").string(end.epoch);
  write_place(out, end.place);
  out.key("last_at").string(format_instant(end.last_ms));
  out.key("database").string(end.database).end_object();
  return write_record(archive / "end.json", std::move(text));
}

std::optional<CleanEnd> read_end(const std::filesystem::path& archive) {
  auto record = Record::read(archive / "end.json");
  if (!record.ok()) return std::nullopt;
  CleanEnd end{.epoch = record->text("epoch"),
               .place = record->place(),
               .last_ms = record->instant("last_at"),
               .database = record->text("database")};
  if (!record->is_whole()) return std::nullopt;
  return end;
}

Result<void> remove_end(const std::filesystem::path& archive) {
  const std::filesystem::path file = archive / "end.json";
  if (::unlink(file.c_str()) == 0) return store::sync_folder(archive);
  if (errno == ENOENT) return {};
  return file_error(file, "cannot be removed");
}

}  // namespace kontor::backup
