// Files that travel inside the program, compressed beforehand; scripts/cmake/pack_web.py writes
// them.
#pragma once

#include <functional>
#include <map>
#include <string_view>

#include "http/static_asset.h"

namespace kontor::http {

// Immutable; any thread. The packed bytes must outlive it and what it gives out.
class AssetPack {
 public:
  AssetPack() = default;  // of nothing
  // No bytes at all: a pack of nothing. What is no pack is a fault of the build (CHECK).
  explicit AssetPack(std::string_view packed);

  // By its path ("/assets/main-1A2B3C4D.js"; the pages have no slash: "list-en-auto.html");
  // nullptr if there is none.
  const StaticAsset* find(std::string_view path) const;
  bool is_empty() const { return assets_.empty(); }

 private:
  std::map<std::string_view, StaticAsset, std::less<>> assets_;
};

}  // namespace kontor::http
