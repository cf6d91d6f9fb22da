#include "notify/aws_signature.h"

#include <algorithm>

#include "base/civil.h"
#include "base/fold.h"
#include "base/hmac_sha256.h"

namespace kontor::notify {
namespace {

constexpr std::string_view k_algorithm = "AWS4-HMAC-SHA256";
constexpr std::size_t k_day_chars = 8;  // of "20261121T091502Z"

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

void append_hex(std::string& out, unsigned char byte, const char* digits) {
  out.push_back(digits[byte >> 4U]);
  out.push_back(digits[byte & 15U]);
}

std::string hex_of(const Sha256& digest) {
  std::string text;
  for (const std::uint8_t byte : digest) append_hex(text, byte, "0123456789abcdef");
  return text;
}

std::string_view bytes_of(const Sha256& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};  // NOLINT: bytes are bytes
}

std::vector<Field> sorted(std::vector<Field> fields) {
  std::sort(fields.begin(), fields.end());
  return fields;
}

std::string names_of(const std::vector<Field>& fields) {
  std::string names;
  for (const auto& [name, value] : fields) names += (names.empty() ? "" : ";") + name;
  return names;
}

std::string canonical_request(const AwsRequest& request, const std::vector<Field>& fields) {
  std::string text = request.method + "\n" + request.path + "\n" + canonical_query(request.query);
  text += "\n";
  for (const auto& [name, value] : fields) text += name + ":" + std::string(trim(value)) + "\n";
  return text + "\n" + names_of(fields) + "\n" + request.payload_sha256;
}

}  // namespace

std::string uri_encoded(std::string_view text, bool keep_slashes) {
  std::string out;
  for (const char c : text) {
    if (is_plain(c) || (keep_slashes && c == '/')) {
      out.push_back(c);
    } else {
      out.push_back('%');
      append_hex(out, static_cast<unsigned char>(c), "0123456789ABCDEF");
    }
  }
  return out;
}

std::string canonical_query(const std::vector<Field>& query) {
  std::vector<Field> encoded;
  encoded.reserve(query.size());
  for (const auto& [name, value] : query) {
    encoded.emplace_back(uri_encoded(name), uri_encoded(value));
  }
  std::string text;
  for (const auto& [name, value] : sorted(std::move(encoded))) {
    text.append(text.empty() ? "" : "&").append(name).append("=").append(value);
  }
  return text;
}

std::string amz_date(std::int64_t now_ms) {
  std::string text =
      format_instant(now_ms).substr(0, std::string_view("2026-11-21T09:15:02").size());
  std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
  return text + "Z";
}

std::string authorization(const AwsRequest& request, const AwsKeys& keys, const std::string& region,
                          const std::string& service, std::int64_t now_ms) {
  const std::vector<Field> fields = sorted(request.fields);
  const std::string date = amz_date(now_ms);
  const std::string day = date.substr(0, k_day_chars);
  const std::string scope = day + "/" + region + "/" + service + "/aws4_request";
  const std::string to_sign = std::string(k_algorithm) + "\n" + date + "\n" + scope + "\n" +
                              sha256_hex(canonical_request(request, fields));
  Sha256 key = hmac_sha256("AWS4" + keys.secret, day);
  for (const std::string& part : {region, service, std::string("aws4_request")}) {
    key = hmac_sha256(bytes_of(key), part);
  }
  return std::string(k_algorithm) + " Credential=" + keys.id + "/" + scope +
         ", SignedHeaders=" + names_of(fields) +
         ", Signature=" + hex_of(hmac_sha256(bytes_of(key), to_sign));
}

}  // namespace kontor::notify
