// Whatever bytes come in as a backup: the reader refuses them by name or gives entries that are
// what their headers say, within bounds. The first byte chooses what the rest is: a whole file, a
// manifest, a tar header, which a checksum would otherwise keep from the fuzzer, or the beginning
// of a sealed file.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "backup/archive_reader.h"
#include "backup/manifest.h"
#include "backup/sealed_stream.h"

namespace {

// Not assert(): this must hold in every build.
void require(bool holds) {
  if (!holds) std::abort();
}

bool is_refusal(const kontor::Error& error) {
  return !error.message.empty() && (error.code == kontor::Code::verification_failed ||
                                    error.code == kontor::Code::newer_schema);
}

kontor::backup::ByteSource source_of(std::string_view bytes) {
  return [bytes](char* out, std::size_t count) mutable -> kontor::Result<std::size_t> {
    const std::size_t size = std::min(count, bytes.size());
    std::memcpy(out, bytes.data(), size);
    bytes.remove_prefix(size);
    return size;
  };
}

void read_file(std::string_view bytes) {
  kontor::backup::ArchiveReader reader(source_of(bytes), "fuzzed.tar.gz");
  std::array<char, 4096> piece{};
  while (true) {
    const auto entry = reader.next();
    if (!entry.ok()) return require(is_refusal(entry.error()));
    if (!*entry) return;
    std::int64_t left = (*entry)->bytes;
    require(left >= 0);
    while (left > 0) {
      const auto got = reader.read(piece.data(), piece.size());
      if (!got.ok()) return require(is_refusal(got.error()));
      require(*got > 0 && static_cast<std::int64_t>(*got) <= left);
      left -= static_cast<std::int64_t>(*got);
    }
  }
}

void read_manifest(std::string_view text) {
  const auto manifest = kontor::backup::parse_manifest(text);
  if (!manifest.ok()) return require(is_refusal(manifest.error()));
  for (const auto& file : manifest->files) require(kontor::backup::is_allowed_path(file.path));
  require(manifest->bytes() >= 0);
  const auto again = kontor::backup::parse_manifest(to_json(*manifest));
  require(again.ok() && again->files == manifest->files && again->contents == manifest->contents);
}

void read_header(std::string_view block) {
  const auto entry = kontor::backup::parse_tar_header(block);
  require(!entry || entry->bytes >= 0);
}

// Without its magic, which the fuzzer would not guess. What is read is what would be written.
void read_seal(std::string_view rest) {
  const std::string bytes = std::string(kontor::backup::k_seal_magic).append(rest);
  const auto header = kontor::backup::parse_seal_header(bytes);
  if (header) require(to_bytes(*header) == bytes);
  const auto read = kontor::backup::read_seal_header(source_of(bytes), "fuzzed.sealed");
  if (!read.ok()) return require(is_refusal(read.error()));
  require(read->has_value() && (!header || **read == *header));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (data[0] == 'a') read_file(rest);
  if (data[0] == 'm') read_manifest(rest);
  if (data[0] == 't') read_header(rest);
  if (data[0] == 's') read_seal(rest);
  return 0;
}
