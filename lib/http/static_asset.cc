#include "http/static_asset.h"

#include "http/compression.h"

namespace kontor::http {
namespace {

// A strong tag stands for exact bytes, so each coding has its own: "abc" → "abc-gzip".
std::string etag_for(const StaticAsset& asset, Coding coding) {
  std::string etag(asset.etag);
  if (coding == Coding::identity || etag.size() < 2) return etag;
  etag.insert(etag.size() - 1, "-" + std::string(coding_name(coding)));
  return etag;
}

}  // namespace

Response serve_asset(const StaticAsset& asset, std::string_view accept_encoding) {
  const auto coding = negotiate_coding(
      accept_encoding, {.gzip = !asset.gzip.empty(), .brotli = !asset.brotli.empty()});
  Response response;
  response.content_type = asset.content_type;
  response.static_body = asset.identity;
  if (coding == Coding::gzip) response.static_body = asset.gzip;
  if (coding == Coding::brotli) response.static_body = asset.brotli;
  if (!asset.etag.empty()) response.with("ETag", etag_for(asset, coding));
  response.with("Cache-Control", std::string(asset.cache_control));
  if (!asset.gzip.empty() || !asset.brotli.empty()) response.with("Vary", "Accept-Encoding");
  if (coding != Coding::identity)
    response.with("Content-Encoding", std::string(coding_name(coding)));
  return response;
}

}  // namespace kontor::http
