#include "http/compression.h"

#include <brotli/encode.h>
#include <zlib.h>

#include <array>
#include <cstdint>

#include "base/check.h"
#include "base/limits.h"
#include "http/response_writer.h"
#include "http/tokens.h"

namespace kontor::http {
namespace {

// Rendered per request, so speed decides. What never changes is compressed at build time instead.
constexpr int k_gzip_level = 1;
constexpr int k_brotli_quality = 1;
constexpr int k_gzip_window = 15 + 16;  // zlib's way to ask for a gzip wrapper
constexpr int k_gzip_memory = 8;

// "0", "0.5", "1.000" in thousandths; -1 for anything else.
int parse_weight(std::string_view text) {
  if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1')) return -1;
  if (text.size() > 1 && text[1] != '.') return -1;
  int weight = (text[0] - '0') * 1000;
  int place = 100;
  for (char c : text.substr(std::min<std::size_t>(text.size(), 2))) {
    if (!is_digit(c)) return -1;
    weight += (c - '0') * place;
    place /= 10;
  }
  return weight <= 1000 ? weight : -1;
}

struct Preference {
  std::string_view name;
  int weight = 1000;
};

Preference parse_preference(std::string_view item) {
  const auto semicolon = item.find(';');
  Preference preference{trim_blanks(item.substr(0, semicolon))};
  if (semicolon == std::string_view::npos) return preference;
  const auto parameter = trim_blanks(item.substr(semicolon + 1));
  const bool is_weight = parameter.size() > 2 && equals_ignoring_case(parameter.substr(0, 2), "q=");
  preference.weight = is_weight ? parse_weight(parameter.substr(2)) : -1;
  return preference;
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

Coding negotiate_coding(std::string_view accept_encoding) {
  int gzip_weight = 0;
  int brotli_weight = 0;
  int other_weight = 0;
  bool gzip_named = false;
  bool brotli_named = false;
  while (!accept_encoding.empty()) {
    const auto [name, weight] = parse_preference(next_in_list(accept_encoding));
    if (name.empty()) continue;
    if (weight < 0) return Coding::identity;
    if (name == "*") other_weight = weight;
    if (equals_ignoring_case(name, "br")) brotli_named = true, brotli_weight = weight;
    if (equals_ignoring_case(name, "gzip") || equals_ignoring_case(name, "x-gzip")) {
      gzip_named = true, gzip_weight = weight;
    }
  }
  if (!gzip_named) gzip_weight = other_weight;
  if (!brotli_named) brotli_weight = other_weight;
  if (brotli_weight > 0 && brotli_weight >= gzip_weight) return Coding::brotli;
  return gzip_weight > 0 ? Coding::gzip : Coding::identity;
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
