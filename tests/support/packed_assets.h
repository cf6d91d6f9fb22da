// Writes what scripts/cmake/pack_web.py writes.
#pragma once

#include <string>
#include <vector>

namespace kontor::test {

struct PackedAsset {
  std::string path;
  std::string content_type;
  std::string etag;
  std::string cache_control;
  std::string identity;
  std::string gzip = {};
  std::string brotli = {};
};

inline std::string pack_assets(const std::vector<PackedAsset>& assets) {
  const auto number = [](std::size_t value) {
    std::string text(4, '\0');
    for (std::size_t i = 0; i < 4; ++i) text[i] = static_cast<char>(value >> (8 * i) & 0xff);
    return text;
  };
  std::string head = "KWEB0001" + number(assets.size());
  const std::size_t start = head.size() + assets.size() * 7 * 8;
  std::string pieces;
  for (const PackedAsset& asset : assets) {
    for (const auto* cell : {&asset.path, &asset.content_type, &asset.etag, &asset.cache_control,
                             &asset.identity, &asset.gzip, &asset.brotli}) {
      head += number(start + pieces.size()) + number(cell->size());
      pieces += *cell;
    }
  }
  return head + pieces;
}

}  // namespace kontor::test
