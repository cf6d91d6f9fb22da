// Any stream of bytes, sealed on its way out and opened on its way in: XChaCha20-Poly1305 in pieces
// of 64 KiB (libsodium's secretstream), each bound to its place, the last one marked as such. What
// is cut, exchanged, moved or changed in a single bit is refused before the piece is handed on.
// Memory: two pieces. Behind the header (seal_header.h) follow the pieces, each 17 bytes longer
// than what is in it; all but the last hold k_seal_piece bytes. The first goes with all bytes of
// the header as its additional data, so that the header is authentic too.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "backup/byte_stream.h"
#include "backup/seal_keyring.h"
#include "base/result.h"

namespace kontor::backup {

inline constexpr std::size_t k_seal_piece = 64 * 1024;

// The purposes that there are.
inline constexpr std::string_view k_backup_purpose = "backup";
inline constexpr std::string_view k_segment_purpose = "segment";

// One thread.
class SealingSink {
 public:
  // Writes the header to `out`. `recipients` must not be empty (CHECKed).
  static Result<SealingSink> open(const Recipients& recipients, std::string_view purpose,
                                  ByteSink out);
  SealingSink(SealingSink&&) noexcept;
  SealingSink& operator=(SealingSink&&) noexcept;
  ~SealingSink();

  Result<void> put(std::string_view bytes);
  // The last piece. Once; without it the stream is refused as cut.
  Result<void> finish();

  // For reading back what was just sealed (Keyring::add_stream).
  const SealHeader& header() const;
  const StreamKey& key() const;

 private:
  struct State;
  explicit SealingSink(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// The bytes that were sealed in `source`; those of a source that is not sealed as they are. Begins
// to read with the first call. Code::wrong_key if `keys` does not open it;
// Code::verification_failed (kind backup_truncated, backup_damaged, foreign_file) names `name`.
ByteSource opened(ByteSource source, std::string name, std::string_view purpose, Keyring keys);

// The header of a file that is sealed, as it says; nothing in it is proven. nullopt: it is not
// sealed. Code::verification_failed if it says so but has none that could be read.
Result<std::optional<SealHeader>> read_seal_header(const ByteSource& source,
                                                   const std::string& name);

}  // namespace kontor::backup
