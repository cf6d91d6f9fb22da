// Whatever bytes come in as a segment of the archive: the reader refuses them by name or gives
// pages that the database can have. The first byte chooses what the rest is: a whole file, or a
// file whose hash is put behind it here, which would otherwise keep the fuzzer out.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "backup/segment.h"

namespace {

// Not assert(): this must hold in every build.
void require(bool holds) {
  if (!holds) std::abort();
}

void read_segment(std::string_view file) {
  const auto segment = kontor::backup::decode_segment(file, "fuzzed.seg");
  if (!segment.ok()) {
    return require(segment.error().code == kontor::Code::verification_failed &&
                   segment.error().message.starts_with("fuzzed.seg"));
  }
  const kontor::backup::SegmentHead& head = segment->head;
  require(!segment->pages.empty() && segment->pages.begin()->first > 0);
  require(segment->pages.rbegin()->first <= head.database_pages);
  for (const auto& [number, bytes] : segment->pages) require(bytes.size() == head.page_bytes);
  const auto again =
      kontor::backup::decode_segment(encode_segment(head, segment->pages), "again.seg");
  require(again.ok() && again->pages == segment->pages && again->head.epoch == head.epoch);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  std::string file(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (data[0] == 'h') {
    const kontor::Sha256 hash = kontor::sha256(file);
    file.append(reinterpret_cast<const char*>(hash.data()), hash.size());
  }
  read_segment(file);
  return 0;
}
