#include "notify/s3_reply.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/utf8.h"

namespace kontor::notify {
namespace {

constexpr std::size_t k_told_bytes = 300;

// What stands between <name> and </name>, from `at` on, which is moved behind it.
std::optional<std::string_view> element(std::string_view xml, std::string_view name,
                                        std::size_t& at) {
  const std::string open = "<" + std::string(name) + ">", close = "</" + std::string(name) + ">";
  const std::size_t begin = xml.find(open, at);
  if (begin == std::string_view::npos) return std::nullopt;
  const std::size_t end = xml.find(close, begin + open.size());
  if (end == std::string_view::npos) return std::nullopt;
  at = end + close.size();
  return xml.substr(begin + open.size(), end - begin - open.size());
}

std::optional<std::string_view> first_element(std::string_view xml, std::string_view name) {
  std::size_t at = 0;
  return element(xml, name, at);
}

// The five entities that XML knows; others stay as they are.
std::string unescaped(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, char>, 6> entities = {{{"&amp;", '&'},
                                                                          {"&lt;", '<'},
                                                                          {"&gt;", '>'},
                                                                          {"&quot;", '"'},
                                                                          {"&#34;", '"'},
                                                                          {"&apos;", '\''}}};
  std::string out;
  while (!text.empty()) {
    const auto* found = std::find_if(entities.begin(), entities.end(), [&](const auto& entity) {
      return text.starts_with(entity.first);
    });
    out.push_back(found == entities.end() ? text.front() : found->second);
    text.remove_prefix(found == entities.end() ? 1 : found->first.size());
  }
  return out;
}

std::string told(std::string_view text) {
  std::string out = unescaped(text.substr(0, k_told_bytes));
  for (char& c : out) {
    if (static_cast<unsigned char>(c) < ' ') c = ' ';
  }
  return is_utf8(out) ? out : std::string();
}

}  // namespace

S3Refusal read_refusal(std::string_view xml) {
  return {.code = told(first_element(xml, "Code").value_or("")),
          .message = told(first_element(xml, "Message").value_or(""))};
}

std::optional<std::string> read_upload_id(std::string_view xml) {
  constexpr std::size_t most_bytes = 2048;
  const auto id = first_element(xml, "UploadId");
  if (!id || id->empty() || id->size() > most_bytes) return std::nullopt;
  return unescaped(*id);
}

bool is_upload_ended(std::string_view xml) {
  return xml.find("<CompleteMultipartUploadResult") != std::string_view::npos;
}

std::optional<S3Page> read_listing(std::string_view xml) {
  if (xml.find("<ListBucketResult") == std::string_view::npos) return std::nullopt;
  S3Page page;
  std::size_t at = 0;
  while (const auto contents = element(xml, "Contents", at)) {
    const auto key = first_element(*contents, "Key"), size = first_element(*contents, "Size");
    if (!key || !size) return std::nullopt;
    S3Object object{.key = unescaped(*key)};
    const auto [end, failure] =
        std::from_chars(size->data(), size->data() + size->size(), object.bytes);
    if (failure != std::errc() || object.bytes < 0) return std::nullopt;
    page.objects.push_back(std::move(object));
  }
  if (first_element(xml, "IsTruncated") == "true") {
    const auto next = first_element(xml, "NextContinuationToken");
    if (!next || next->empty()) return std::nullopt;
    page.next = unescaped(*next);
  }
  return page;
}

}  // namespace kontor::notify
