#include "backup/sealed_stream.h"

#include <algorithm>
#include <cstring>

#include <catch_amalgamated.hpp>

namespace kontor::backup {
namespace {

constexpr std::size_t k_sealed_piece = k_seal_piece + 17;
const PassphraseCost k_cheap = {.passes = 1, .memory_kib = 8};

ByteSource source_of(std::string bytes) {
  return [bytes = std::move(bytes), at = std::size_t{0}](
             char* out, std::size_t count) mutable -> Result<std::size_t> {
    const std::size_t given = std::min(count, bytes.size() - at);
    std::memcpy(out, bytes.data() + at, given);
    at += given;
    return given;
  };
}

std::string seal(const std::string& plain, const Recipients& recipients,
                 std::string_view purpose = k_backup_purpose) {
  std::string sealed;
  auto sink = SealingSink::open(recipients, purpose, [&](std::string_view bytes) -> Result<void> {
                sealed += bytes;
                return {};
              }).value();
  // In uneven pieces, as a compressor gives them.
  for (std::size_t at = 0; at < plain.size(); at += 50'001) {
    sink.put(std::string_view(plain).substr(at, 50'001)).value();
  }
  sink.finish().value();
  return sealed;
}

Result<std::string> open(const std::string& sealed, const Keyring& keys) {
  const ByteSource source = opened(source_of(sealed), "some.sealed", k_backup_purpose, keys);
  std::string plain;
  std::string piece(10'000, '\0');
  while (const std::size_t got = TRY(source(piece.data(), piece.size()))) {
    plain.append(piece, 0, got);
  }
  return plain;
}

std::string sample(std::size_t bytes) {
  std::string text;
  while (text.size() < bytes)
    text += "Nguyễn Thị Minh, order " + std::to_string(text.size()) + "\n";
  text.resize(bytes);
  return text;
}

struct Pair {
  SecretSealKey secret = SecretSealKey::make();
  Recipients recipients{.keys = {secret.public_key()}};
  Keyring keys;
  Pair() { keys.add(secret); }
};

void check_refused(const std::string& sealed, const Keyring& keys) {
  const auto plain = open(sealed, keys);
  REQUIRE_FALSE(plain.ok());
  CHECK(plain.error().code == Code::verification_failed);
  CHECK(plain.error().message.find("some.sealed") != std::string::npos);
}

TEST_CASE("what is sealed for a key is opened with it, whatever its length") {
  const Pair pair;
  for (const std::size_t bytes : {std::size_t{0}, std::size_t{1}, k_seal_piece - 1, k_seal_piece,
                                  k_seal_piece + 1, 3 * k_seal_piece, 3 * k_seal_piece + 7}) {
    const std::string plain = sample(bytes);
    INFO(bytes << " bytes");
    const auto again = open(seal(plain, pair.recipients), pair.keys);
    REQUIRE(again.ok());
    CHECK(*again == plain);
  }
}

TEST_CASE("nothing of the plain text is in the sealed one") {
  const Pair pair;
  const std::string marker = "PLAINTEXT-MARKER-7f3a";
  const std::string sealed = seal(marker + sample(100'000) + marker, pair.recipients);
  CHECK(sealed.find(marker) == std::string::npos);
  CHECK(sealed.find("Nguyễn") == std::string::npos);
  CHECK(sealed != seal(marker + sample(100'000) + marker, pair.recipients));
}

TEST_CASE("each of several keys, and the passphrase, opens alone") {
  const Pair one, two;
  Recipients both{.keys = {one.secret.public_key(), two.secret.public_key()},
                  .passphrase = derive_key("a long enough one", make_salt(), k_cheap).value()};
  const std::string sealed = seal("the same for all", both);
  CHECK(*open(sealed, one.keys) == "the same for all");
  CHECK(*open(sealed, two.keys) == "the same for all");
  Keyring typed;
  typed.add_passphrase("an older one, no longer used");
  typed.add_passphrase("a long enough one");
  CHECK(*open(sealed, typed) == "the same for all");
}

TEST_CASE("a key or passphrase that does not fit is told as such, with the key that would") {
  const Pair pair, stranger;
  const std::string sealed = seal("closed", pair.recipients);
  const auto refused = open(sealed, stranger.keys);
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().code == Code::wrong_key);
  CHECK(refused.error().message.find(shown_seal_id(pair.secret.public_key().id())) !=
        std::string::npos);
  const auto nothing = open(sealed, Keyring());
  CHECK(nothing.error().code == Code::wrong_key);
  Keyring wrong;
  wrong.add_passphrase("not this one either");
  const Recipients typed{.passphrase = derive_key("the right one", make_salt(), k_cheap).value()};
  CHECK(open(seal("closed", typed), wrong).error().code == Code::wrong_key);
}

TEST_CASE("a passphrase is the same however its letters were typed") {
  const Recipients typed{
      .passphrase =
          derive_key("m\xE1\xBA\xADt kh\xE1\xBA\xA9u d\xC3\xA0i", make_salt(), k_cheap).value()};
  Keyring keys;
  keys.add_passphrase("ma\xCC\xA3\xCC\x82t kha\xCC\x82\xCC\x89u da\xCC\x80i");
  CHECK(open(seal("mở", typed), keys).ok());
}

TEST_CASE("every flipped bit of the header, and of each piece, is refused") {
  const Pair pair, other;
  Recipients recipients = pair.recipients;
  recipients.keys.push_back(other.secret.public_key());
  const std::string sealed = seal(sample(2 * k_seal_piece + 100), recipients);
  const std::size_t header = seal_header_bytes(sealed).value();
  const std::size_t own_lock = k_seal_prefix_bytes + 1 + 6 + 1;
  for (std::size_t bit = k_seal_magic.size() * 8; bit < header * 8; ++bit) {
    std::string changed = sealed;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << (bit % 8)));
    INFO("bit " << bit);
    const auto plain = open(changed, pair.keys);
    REQUIRE_FALSE(plain.ok());
    // The id of the own key is the one thing by which it is known that a key fits.
    if (bit / 8 < own_lock || bit / 8 > own_lock + k_seal_id_bytes) {
      CHECK(plain.error().code == Code::verification_failed);
    }
  }
  for (std::size_t at = header; at < sealed.size(); at += 997) {
    std::string changed = sealed;
    changed[at] = static_cast<char>(changed[at] ^ (1 << (at % 8)));
    INFO("byte " << at);
    check_refused(changed, pair.keys);
  }
}

TEST_CASE("what is cut is refused, wherever, also between two pieces") {
  const Pair pair;
  const std::string sealed = seal(sample(2 * k_seal_piece), pair.recipients);
  const std::size_t header = seal_header_bytes(sealed).value();
  for (const std::size_t bytes :
       {k_seal_magic.size(), k_seal_prefix_bytes, header - 1, header, header + 5, header + 17,
        header + k_sealed_piece, header + k_sealed_piece + 1, sealed.size() - 1}) {
    INFO(bytes << " bytes");
    check_refused(sealed.substr(0, bytes), pair.keys);
  }
}

TEST_CASE("pieces cannot be left out, doubled, exchanged or taken from another stream") {
  const Pair pair;
  const std::string plain = sample(3 * k_seal_piece);
  const std::string sealed = seal(plain, pair.recipients), other = seal(plain, pair.recipients);
  const std::size_t at = seal_header_bytes(sealed).value();
  const auto piece = [&](const std::string& of, std::size_t number) {
    return of.substr(at + number * k_sealed_piece, k_sealed_piece);
  };
  const std::string header = sealed.substr(0, at);
  const std::string a = piece(sealed, 0), b = piece(sealed, 1), c = piece(sealed, 2);
  REQUIRE(open(header + a + b + c, pair.keys).ok());
  check_refused(header + a + c, pair.keys);
  check_refused(header + b + a + c, pair.keys);
  check_refused(header + a + b + b + c, pair.keys);
  check_refused(header + a + piece(other, 1) + c, pair.keys);
  check_refused(header + a + b + c + c, pair.keys);
  check_refused(header + a + b + c + "x", pair.keys);
  check_refused(other.substr(0, at) + a + b + c, pair.keys);
}

TEST_CASE("a piece is handed on only after it has proven itself") {
  const Pair pair;
  std::string sealed = seal(sample(2 * k_seal_piece), pair.recipients);
  sealed[sealed.size() - 1] ^= 1;
  const ByteSource source = opened(source_of(sealed), "some.sealed", k_backup_purpose, pair.keys);
  std::string bytes(2 * k_seal_piece, '\0');
  CHECK(source(bytes.data(), bytes.size()).value() == k_seal_piece);
  const std::string before = bytes;
  CHECK_FALSE(source(bytes.data(), bytes.size()).ok());
  CHECK(bytes == before);
  CHECK_FALSE(source(bytes.data(), bytes.size()).ok());  // and nothing comes after it
}

TEST_CASE("a sealed thing of one kind does not pass for another") {
  const Pair pair;
  const auto refused = open(seal("a segment", pair.recipients, k_segment_purpose), pair.keys);
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().kind == "foreign_file");
}

TEST_CASE("what is not sealed comes through as it is") {
  for (const std::size_t bytes : {std::size_t{0}, std::size_t{5}, std::size_t{100'000}}) {
    CHECK(*open(sample(bytes), Keyring()) == sample(bytes));
  }
}

TEST_CASE("what this process has just sealed can be read back without anybody's key") {
  const Pair pair;
  std::string sealed;
  auto sink = SealingSink::open(pair.recipients, k_backup_purpose,
                                [&](std::string_view bytes) -> Result<void> {
                                  sealed += bytes;
                                  return {};
                                })
                  .value();
  sink.put("read me back").value();
  sink.finish().value();
  Keyring keys;
  keys.add_stream(sink.header(), sink.key());
  CHECK(*open(sealed, keys) == "read me back");
  CHECK(open(seal("another", pair.recipients), keys).error().code == Code::wrong_key);
}

TEST_CASE("a failure of what takes the sealed bytes is handed on") {
  const Pair pair;
  const Error full{.code = Code::disk_full, .message = "full"};
  const auto sink = SealingSink::open(pair.recipients, k_backup_purpose,
                                      [&](std::string_view) -> Result<void> { return full; });
  REQUIRE_FALSE(sink.ok());
  CHECK(sink.error().code == Code::disk_full);
}

TEST_CASE("a header that asks for more work than Kontor's is refused unread") {
  SealHeader header{.purpose = "backup", .locks = {}, .stream = std::string(24, 's')};
  SealLock lock{.kind = LockKind::passphrase,
                .id = std::string(8, 'i'),
                .salt = std::string(16, 's'),
                .cost = k_most_cost,
                .nonce = std::string(24, 'n'),
                .box = std::string(48, 'b')};
  header.locks = {lock};
  REQUIRE(parse_seal_header(to_bytes(header)) == header);
  header.locks = {lock, lock};
  CHECK_FALSE(parse_seal_header(to_bytes(header)).has_value());
  lock.cost.memory_kib += 1;
  header.locks = {lock};
  CHECK_FALSE(parse_seal_header(to_bytes(header)).has_value());
  lock.cost = {.passes = k_most_cost.passes + 1, .memory_kib = 8};
  header.locks = {lock};
  CHECK_FALSE(parse_seal_header(to_bytes(header)).has_value());
}

}  // namespace
}  // namespace kontor::backup
