#include "http/asset_pack.h"

#include <cstdint>

#include "base/check.h"

namespace kontor::http {
namespace {

constexpr std::string_view k_magic = "KWEB0001";

// Reads the head of a pack, number by number.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes), at_(k_magic.size()) {
    CHECK(bytes.starts_with(k_magic));
  }

  std::uint32_t number() {
    CHECK(at_ + 4 <= bytes_.size());
    std::uint32_t value = 0;
    for (std::size_t i = 4; i > 0; --i)
      value = value << 8 | static_cast<unsigned char>(bytes_[at_ + i - 1]);
    at_ += 4;
    return value;
  }

  std::string_view piece() {
    const std::size_t offset = number();
    const std::size_t length = number();
    CHECK(offset + length <= bytes_.size());
    return bytes_.substr(offset, length);
  }

 private:
  static_assert(sizeof(std::size_t) == 8, "the sum of two numbers of 32 bits must not overflow");
  std::string_view bytes_;
  std::size_t at_;
};

}  // namespace

AssetPack::AssetPack(std::string_view packed) {
  if (packed.empty()) return;
  Reader reader(packed);
  for (std::uint32_t left = reader.number(); left > 0; --left) {
    const std::string_view path = reader.piece();
    StaticAsset& asset = assets_[path];
    asset.content_type = reader.piece();
    asset.etag = reader.piece();
    asset.cache_control = reader.piece();
    asset.identity = reader.piece();
    asset.gzip = reader.piece();
    asset.brotli = reader.piece();
  }
}

const StaticAsset* AssetPack::find(std::string_view path) const {
  const auto found = assets_.find(path);
  return found == assets_.end() ? nullptr : &found->second;
}

}  // namespace kontor::http
