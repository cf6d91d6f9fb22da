#include "backup/segment_form.h"

#include <algorithm>
#include <utility>

#include "backup/durable_file.h"
#include "backup/sealed_stream.h"
#include "base/small_file.h"

namespace kontor::backup {
namespace {

// A segment holds 16 MiB or one commit, which the log bounds (store/log_tap.h).
constexpr std::size_t k_segment_bytes = 512U * 1024 * 1024;

Result<std::string> sealed(const std::string& plain, const Recipients& recipients) {
  std::string out;
  SealingSink sink =
      TRY(SealingSink::open(recipients, k_segment_purpose, [&](std::string_view bytes) {
        out += bytes;
        return Result<void>();
      }));
  TRY(sink.put(plain));
  TRY(sink.finish());
  return out;
}

Result<std::string> unsealed(std::string_view bytes, const std::string& name, const Keyring& keys) {
  const auto take = [&](char* out, std::size_t count) -> Result<std::size_t> {
    const std::size_t size = std::min(count, bytes.size());
    bytes.copy(out, size);
    bytes.remove_prefix(size);
    return size;
  };
  const ByteSource source = opened(take, name, k_segment_purpose, keys);
  std::string plain, piece(k_seal_piece, '\0');
  while (const std::size_t got = TRY(source(piece.data(), piece.size()))) {
    plain.append(piece, 0, got);
  }
  return plain;
}

}  // namespace

SegmentForm segment_form(const Recipients& recipients, const Keyring& keys) {
  SegmentForm form;
  form.open = [keys](const std::string& bytes, const std::string& name) {
    return unsealed(bytes, name, keys);
  };
  if (recipients.empty()) return form;
  form.seal = [recipients](const std::string& plain) { return sealed(plain, recipients); };
  return form;
}

Result<void> write_segment(const std::filesystem::path& file, std::string bytes,
                           const SegmentForm& form) {
  if (form.seal) bytes = TRY(form.seal(std::move(bytes)));
  return write_atomically(file, bytes);
}

Result<Segment> read_segment(const std::filesystem::path& file, const SegmentForm& form) {
  std::string bytes = TRY(read_small_file(file.string(), k_segment_bytes));
  if (form.open) bytes = TRY(form.open(std::move(bytes), file.string()));
  return decode_segment(bytes, file.string());
}

}  // namespace kontor::backup
