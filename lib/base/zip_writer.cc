#include "base/zip_writer.h"

#include <zlib.h>

#include <array>

#include "base/check.h"

namespace kontor {
namespace {

constexpr std::uint64_t k_most_bytes = 0xFFFFFFFE;
constexpr unsigned k_version_needed = 20;             // deflate
constexpr unsigned k_flags = (1U << 3) | (1U << 11);  // sizes follow; the name is UTF-8
constexpr unsigned k_deflated = 8;
constexpr unsigned k_no_date = (1U << 5) | 1U;  // the first day that the format knows
constexpr int k_level = 3;  // half the time of zlib's 6 for an eighth more bytes

// Little endian, as everything in a ZIP archive.
void put(std::string& to, std::uint64_t number, int bytes) {
  for (int i = 0; i < bytes; ++i) to += static_cast<char>((number >> (8 * i)) & 0xFF);
}
void put2(std::string& to, std::uint64_t number) { put(to, number, 2); }
void put4(std::string& to, std::uint64_t number) { put(to, number, 4); }

void put_common_head(std::string& to) {
  put2(to, k_version_needed);
  put2(to, k_flags);
  put2(to, k_deflated);
  put2(to, 0);
  put2(to, k_no_date);
}

}  // namespace

class ZipWriter::Deflater {
 public:
  Deflater() {
    CHECK(deflateInit2(&stream_, k_level, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  }
  ~Deflater() { deflateEnd(&stream_); }
  Deflater(const Deflater&) = delete;
  Deflater& operator=(const Deflater&) = delete;

  void reset() { CHECK(deflateReset(&stream_) == Z_OK); }

  void pack(std::string& out, std::string_view bytes, int flush) {
    std::array<unsigned char, 16384> buffer{};
    // zlib's interface is older than const.
    stream_.next_in =
        const_cast<unsigned char*>(reinterpret_cast<const unsigned char*>(bytes.data()));
    stream_.avail_in = static_cast<unsigned>(bytes.size());
    do {
      stream_.next_out = buffer.data();
      stream_.avail_out = static_cast<unsigned>(buffer.size());
      CHECK(deflate(&stream_, flush) != Z_STREAM_ERROR);
      out.append(reinterpret_cast<const char*>(buffer.data()), buffer.size() - stream_.avail_out);
    } while (stream_.avail_out == 0);
  }

 private:
  z_stream stream_{};
};

ZipWriter::ZipWriter() : deflater_(std::make_unique<Deflater>()) {}
ZipWriter::~ZipWriter() = default;

void ZipWriter::add(std::string& out, std::string_view bytes) {
  out += bytes;
  written_ += bytes.size();
}

void ZipWriter::begin(std::string& out, std::string_view name) {
  entries_.push_back({.name = std::string(name), .offset = written_});
  std::string head;
  put4(head, 0x04034b50);
  put_common_head(head);
  head.append(12, '\0');  // checksum and sizes follow the data
  put2(head, name.size());
  put2(head, 0);
  head += name;
  add(out, head);
  deflater_->reset();
}

void ZipWriter::write(std::string& out, std::string_view bytes) {
  Entry& entry = entries_.back();
  entry.crc = static_cast<std::uint32_t>(
      crc32_z(entry.crc, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()));
  entry.plain += bytes.size();
  const std::size_t before = out.size();
  deflater_->pack(out, bytes, Z_NO_FLUSH);
  entry.packed += out.size() - before;
  written_ += out.size() - before;
}

void ZipWriter::end(std::string& out) {
  Entry& entry = entries_.back();
  CHECK(entry.plain <= k_most_bytes);
  std::string tail;
  deflater_->pack(tail, {}, Z_FINISH);
  entry.packed += tail.size();
  put4(tail, 0x08074b50);
  put4(tail, entry.crc);
  put4(tail, entry.packed);
  put4(tail, entry.plain);
  add(out, tail);
}

std::uint64_t ZipWriter::entry_bytes() const { return entries_.back().plain; }

Result<void> ZipWriter::finish(std::string& out) {
  std::string directory;
  for (const Entry& entry : entries_) {
    put4(directory, 0x02014b50);
    put2(directory, k_version_needed);
    put_common_head(directory);
    put4(directory, entry.crc);
    put4(directory, entry.packed);
    put4(directory, entry.plain);
    put2(directory, entry.name.size());
    directory.append(12, '\0');  // no extra field, comment, further disk or attributes
    put4(directory, entry.offset);
    directory += entry.name;
  }
  if (written_ + directory.size() > k_most_bytes)
    return Error{.code = Code::too_large,
                 .message = "The archive would be over 4 GiB, which this format cannot hold."};
  const std::uint64_t start = written_;
  const std::size_t bytes = directory.size();
  put4(directory, 0x06054b50);
  put4(directory, 0);  // one disk
  put2(directory, entries_.size());
  put2(directory, entries_.size());
  put4(directory, bytes);
  put4(directory, start);
  put2(directory, 0);
  add(out, directory);
  return {};
}

}  // namespace kontor
