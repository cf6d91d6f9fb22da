#include "http/compression.h"

#include <brotli/encode.h>
#include <zlib.h>

#include <array>
#include <cstdint>
#include <optional>

#include "base/check.h"
#include "base/limits.h"
#include "http/preference.h"
#include "http/response_writer.h"
#include "http/tokens.h"

namespace kontor::http {
namespace {

// Rendered per request, so speed decides. What never changes is compressed at build time instead.
constexpr int k_gzip_level = 1;
constexpr int k_brotli_quality = 1;
constexpr int k_gzip_window = 15 + 16;  // zlib's way to ask for a gzip wrapper
constexpr int k_gzip_memory = 8;

struct Weights {
  int gzip = 0;
  int brotli = 0;
};

// A value that cannot be read asks for nothing.
Weights parse_weights(std::string_view accept_encoding) {
  std::optional<int> gzip;
  std::optional<int> brotli;
  int other = 0;
  while (!accept_encoding.empty()) {
    const auto [name, weight] = next_preference(accept_encoding);
    if (name.empty()) continue;
    if (weight < 0) return {};
    if (name == "*") other = weight;
    if (equals_ignoring_case(name, "br")) brotli = weight;
    if (equals_ignoring_case(name, "gzip") || equals_ignoring_case(name, "x-gzip")) gzip = weight;
  }
  return {.gzip = gzip.value_or(other), .brotli = brotli.value_or(other)};
}

std::string gzip(std::string_view bytes) {
  z_stream stream{};
  CHECK(deflateInit2(&stream, k_gzip_level, Z_DEFLATED, k_gzip_window, k_gzip_memory,
                     Z_DEFAULT_STRATEGY) == Z_OK);
  std::string out(deflateBound(&stream, bytes.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int end = deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  CHECK(end == Z_STREAM_END);
  return out;
}

std::string brotli(std::string_view bytes) {
  std::size_t size = BrotliEncoderMaxCompressedSize(bytes.size());
  std::string out(size, '\0');
  const auto done =
      BrotliEncoderCompress(k_brotli_quality, BROTLI_DEFAULT_WINDOW, BROTLI_MODE_TEXT, bytes.size(),
                            reinterpret_cast<const std::uint8_t*>(bytes.data()), &size,
                            reinterpret_cast<std::uint8_t*>(out.data()));
  CHECK(done == BROTLI_TRUE);
  out.resize(size);
  return out;
}

bool is_compressible(std::string_view content_type) {
  const auto type = trim_blanks(content_type.substr(0, content_type.find(';')));
  if (type == "text/event-stream") return false;
  constexpr std::array<std::string_view, 5> types = {"application/json", "application/problem+json",
                                                     "application/javascript",
                                                     "application/manifest+json", "image/svg+xml"};
  for (const auto known : types) {
    if (equals_ignoring_case(type, known)) return true;
  }
  return equals_ignoring_case(type.substr(0, 5), "text/");
}

bool is_worth_it(const Response& response) {
  return response.body.size() > limits::compress_bytes && is_compressible(response.content_type) &&
         header_of(response, "Content-Encoding").empty() &&
         header_of(response, "Cache-Control").find("no-transform") == std::string_view::npos;
}

}  // namespace

Coding negotiate_coding(std::string_view accept_encoding, Available available) {
  const Weights weights = parse_weights(accept_encoding);
  const int brotli = available.brotli ? weights.brotli : 0;
  const int gzip = available.gzip ? weights.gzip : 0;
  if (brotli > 0 && brotli >= gzip) return Coding::brotli;
  return gzip > 0 ? Coding::gzip : Coding::identity;
}

std::string_view coding_name(Coding coding) {
  switch (coding) {
    case Coding::gzip: return "gzip";
    case Coding::brotli: return "br";
    case Coding::identity: break;
  }
  return "identity";
}

std::string encode(Coding coding, std::string_view bytes) {
  switch (coding) {
    case Coding::gzip: return gzip(bytes);
    case Coding::brotli: return brotli(bytes);
    case Coding::identity: break;
  }
  return std::string(bytes);
}

void compress_response(std::string_view accept_encoding, Response& response) {
  if (!is_worth_it(response)) return;
  add_to_vary(response, "Accept-Encoding");
  const auto coding = negotiate_coding(accept_encoding);
  if (coding == Coding::identity) return;
  auto encoded = encode(coding, response.body);
  if (encoded.size() >= response.body.size()) return;
  response.body = std::move(encoded);
  response.with("Content-Encoding", std::string(coding_name(coding)));
}

}  // namespace kontor::http
