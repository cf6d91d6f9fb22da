#include "backup/sealed_stream.h"

#include <sodium.h>

#include <algorithm>
#include <cstring>

#include "base/check.h"

namespace kontor::backup {
namespace {

constexpr std::size_t k_extra = crypto_secretstream_xchacha20poly1305_ABYTES;
static_assert(StreamKey::k_bytes == crypto_secretstream_xchacha20poly1305_KEYBYTES);

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

unsigned char* bytes_of(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

// libsodium's state, wiped at its end.
struct Cipher {
  Cipher() = default;
  Cipher(const Cipher&) = delete;
  Cipher& operator=(const Cipher&) = delete;
  ~Cipher() { sodium_memzero(&state, sizeof state); }
  crypto_secretstream_xchacha20poly1305_state state{};
};

Error failure(const std::string& name, const char* kind, const std::string& what) {
  return {.code = Code::verification_failed, .message = name + " " + what, .kind = kind};
}

Error truncated(const std::string& name) {
  return failure(name, "backup_truncated", "ends too early: the rest of it is missing.");
}

// Fewer than `count` only at the end.
Result<std::string> take(const ByteSource& source, std::size_t count) {
  std::string bytes(count, '\0');
  std::size_t done = 0;
  while (done < count) {
    const std::size_t got = TRY(source(bytes.data() + done, count - done));
    if (got == 0) break;
    done += got;
  }
  bytes.resize(done);
  return bytes;
}

// What follows `prefix`, which begins like a header, up to the header's end; the whole of it.
Result<std::string> rest_of_header(const ByteSource& source, std::string prefix,
                                   const std::string& name) {
  if (prefix.size() < k_seal_prefix_bytes) return truncated(name);
  const auto size = seal_header_bytes(prefix);
  if (!size) return failure(name, "backup_damaged", "is sealed, but its header is damaged.");
  prefix += TRY(take(source, *size - prefix.size()));
  if (prefix.size() < *size) return truncated(name);
  return prefix;
}

Result<SealHeader> parsed(const std::string& bytes, const std::string& name) {
  auto header = parse_seal_header(bytes);
  if (!header) return failure(name, "backup_damaged", "is sealed, but its header is damaged.");
  return *std::move(header);
}

}  // namespace

struct SealingSink::State {
  explicit State(ByteSink out) : out_(std::move(out)), sealed_(k_seal_piece + k_extra, '\0') {
    waiting_.reserve(k_seal_piece);
  }

  Result<void> begin(const Recipients& recipients, std::string_view purpose) {
    crypto_secretstream_xchacha20poly1305_keygen(key_.data());
    header_ = {.purpose = std::string(purpose), .locks = lock_for(recipients, key_), .stream = {}};
    header_.stream.resize(crypto_secretstream_xchacha20poly1305_HEADERBYTES);
    CHECK(crypto_secretstream_xchacha20poly1305_init_push(&cipher_.state, bytes_of(header_.stream),
                                                          key_.data()) == 0);
    bound_ = to_bytes(header_);
    return out_(bound_);
  }

  Result<void> seal(unsigned char tag) {
    unsigned long long size = 0;
    CHECK(crypto_secretstream_xchacha20poly1305_push(&cipher_.state, bytes_of(sealed_), &size,
                                                     bytes_of(waiting_), waiting_.size(),
                                                     bytes_of(bound_), bound_.size(), tag) == 0);
    waiting_.clear();
    bound_.clear();
    return out_({sealed_.data(), static_cast<std::size_t>(size)});
  }

  // A full piece waits until it is known whether it is the last.
  Result<void> put(std::string_view bytes) {
    while (!bytes.empty()) {
      if (waiting_.size() == k_seal_piece) {
        TRY(seal(crypto_secretstream_xchacha20poly1305_TAG_MESSAGE));
      }
      const std::size_t count = std::min(bytes.size(), k_seal_piece - waiting_.size());
      waiting_.append(bytes.substr(0, count));
      bytes.remove_prefix(count);
    }
    return {};
  }

  ByteSink out_;
  SealHeader header_;
  StreamKey key_;
  Cipher cipher_;
  std::string bound_;  // the header, until the first piece has it as what it goes with
  std::string waiting_;
  std::string sealed_;
};

SealingSink::SealingSink(std::unique_ptr<State> state) : state_(std::move(state)) {}
SealingSink::SealingSink(SealingSink&&) noexcept = default;
SealingSink& SealingSink::operator=(SealingSink&&) noexcept = default;
SealingSink::~SealingSink() = default;

Result<SealingSink> SealingSink::open(const Recipients& recipients, std::string_view purpose,
                                      ByteSink out) {
  CHECK(!recipients.empty() && recipients.count() <= k_most_locks);
  auto state = std::make_unique<State>(std::move(out));
  TRY(state->begin(recipients, purpose));
  return SealingSink(std::move(state));
}

Result<void> SealingSink::put(std::string_view bytes) { return state_->put(bytes); }

Result<void> SealingSink::finish() {
  return state_->seal(crypto_secretstream_xchacha20poly1305_TAG_FINAL);
}

const SealHeader& SealingSink::header() const { return state_->header_; }
const StreamKey& SealingSink::key() const { return state_->key_; }

namespace {

class Opening {
 public:
  Opening(ByteSource source, std::string name, std::string_view purpose, Keyring keys)
      : source_(std::move(source)),
        name_(std::move(name)),
        purpose_(purpose),
        keys_(std::move(keys)) {}

  // After a failure nothing more comes: what follows has lost its beginning.
  Result<std::size_t> read(char* bytes, std::size_t count) {
    if (failed_) return *failed_;
    auto got = next(bytes, count);
    if (!got.ok()) failed_ = got.error();
    return got;
  }

 private:
  Result<std::size_t> next(char* bytes, std::size_t count) {
    if (!is_begun_) TRY(begin());
    if (at_ == ready_.size() && !is_sealed_) return source_(bytes, count);
    if (at_ == ready_.size() && !is_over_) TRY(open_piece());
    const std::size_t given = std::min(count, ready_.size() - at_);
    std::memcpy(bytes, ready_.data() + at_, given);
    at_ += given;
    return given;
  }

  Result<void> begin() {
    std::string prefix = TRY(take(source_, k_seal_prefix_bytes));
    is_begun_ = true;
    is_sealed_ = is_sealed(prefix);
    if (!is_sealed_) {
      ready_ = std::move(prefix);
      return {};
    }
    const std::string bytes = TRY(rest_of_header(source_, std::move(prefix), name_));
    const SealHeader header = TRY(parsed(bytes, name_));
    if (header.purpose != purpose_) {
      return failure(name_, "foreign_file",
                     "is sealed as a " + header.purpose + ", not as a " + purpose_ + ".");
    }
    const StreamKey key = TRY(keys_.open(header, name_));
    CHECK(crypto_secretstream_xchacha20poly1305_init_pull(&cipher_.state, bytes_of(header.stream),
                                                          key.data()) == 0);
    bound_ = bytes;
    return {};
  }

  Result<void> open_piece() {
    const std::string sealed = TRY(take(source_, k_seal_piece + k_extra));
    if (sealed.size() < k_extra) return truncated(name_);
    unsigned char tag = 0;
    unsigned long long size = 0;
    ready_.resize(k_seal_piece);
    at_ = 0;
    const int opened = crypto_secretstream_xchacha20poly1305_pull(
        &cipher_.state, bytes_of(ready_), &size, &tag, bytes_of(sealed), sealed.size(),
        bytes_of(bound_), bound_.size());
    ready_.resize(opened == 0 ? static_cast<std::size_t>(size) : 0);
    if (opened != 0) return bad_piece(sealed.size());
    ++pieces_;
    bound_.clear();
    if (tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL) return end();
    if (tag == crypto_secretstream_xchacha20poly1305_TAG_MESSAGE && size == k_seal_piece) return {};
    return withheld("is sealed in a way that Kontor never seals.");
  }

  Result<void> end() {
    if (!TRY(take(source_, 1)).empty()) {
      return withheld("has something behind its end.");
    }
    is_over_ = true;
    return {};
  }

  // A short piece that does not open is most often one that was cut.
  Error bad_piece(std::size_t size) const {
    if (size < k_seal_piece + k_extra && pieces_ > 0) {
      return failure(
          name_, "backup_truncated",
          "is damaged or cut " + place() + ": the piece that stands there does not open.");
    }
    return failure(
        name_, "backup_damaged",
        "is damaged " + place() +
            (pieces_ == 0 ? " or in its header." : ": it was changed, moved or exchanged."));
  }

  // Nothing of a piece is handed on that is not beyond doubt.
  Error withheld(const std::string& what) {
    ready_.clear();
    return failure(name_, "backup_damaged", what);
  }

  std::string place() const { return "in piece " + std::to_string(pieces_ + 1); }

  ByteSource source_;
  std::string name_, purpose_;
  Keyring keys_;
  Cipher cipher_;
  bool is_begun_ = false, is_sealed_ = false, is_over_ = false;
  std::int64_t pieces_ = 0;
  std::string bound_;  // the header, until the first piece is open
  std::string ready_;
  std::size_t at_ = 0;
  std::optional<Error> failed_;
};

}  // namespace

ByteSource opened(ByteSource source, std::string name, std::string_view purpose, Keyring keys) {
  auto opening =
      std::make_shared<Opening>(std::move(source), std::move(name), purpose, std::move(keys));
  return [opening](char* bytes, std::size_t count) { return opening->read(bytes, count); };
}

Result<std::optional<SealHeader>> read_seal_header(const ByteSource& source,
                                                   const std::string& name) {
  std::string prefix = TRY(take(source, k_seal_prefix_bytes));
  if (!is_sealed(prefix)) return std::optional<SealHeader>();
  const std::string bytes = TRY(rest_of_header(source, std::move(prefix), name));
  return std::optional(TRY(parsed(bytes, name)));
}

}  // namespace kontor::backup
