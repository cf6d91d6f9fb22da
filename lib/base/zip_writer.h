// ZIP archives written front to back, an entry at a time; memory is bounded by what is given at
// once. Format: PKWARE's APPNOTE 6.3, entries deflated, their sizes behind them (general purpose
// bit 3). Entries carry no time, so that the same content gives the same bytes.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace kontor {

// begin(), write() as often as there is something, end(), for each entry; then finish(). Each
// appends to `out`, which the caller may empty in between. Used by one thread at a time.
class ZipWriter {
 public:
  ZipWriter();
  ~ZipWriter();
  ZipWriter(const ZipWriter&) = delete;
  ZipWriter& operator=(const ZipWriter&) = delete;

  // `name`: UTF-8, with / between folders.
  void begin(std::string& out, std::string_view name);
  void write(std::string& out, std::string_view bytes);
  void end(std::string& out);
  // Bytes given to the open entry. Callers keep an entry below 4 GiB (ZIP without its 64-bit form).
  std::uint64_t entry_bytes() const;
  // The directory of the archive. Code::too_large: it would be over 4 GiB.
  Result<void> finish(std::string& out);

 private:
  struct Entry {
    std::string name;
    std::uint32_t crc = 0;
    std::uint64_t packed = 0, plain = 0, offset = 0;
  };
  class Deflater;

  void add(std::string& out, std::string_view bytes);

  std::unique_ptr<Deflater> deflater_;
  std::vector<Entry> entries_;
  std::uint64_t written_ = 0;
};

}  // namespace kontor
