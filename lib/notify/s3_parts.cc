// An object that is put in parts: what came over stays there when a connection breaks, and each
// part is tried again by itself. Source of the form: "Multipart upload" of the S3 API reference.
#include <algorithm>
#include <array>
#include <utility>

#include "notify/s3_call.h"
#include "notify/s3_reply.h"

namespace kontor::notify {
namespace {

// A part is worth waiting for a router that starts anew.
constexpr std::array<std::int64_t, 5> k_part_pauses_ms = {200, 1'000, 5'000, 15'000, 30'000};
constexpr std::int64_t k_abort_ms = 1'000;
constexpr std::size_t k_etag_bytes = 256;

bool is_plain_tag(std::string_view etag) {
  return !etag.empty() && etag.size() <= k_etag_bytes &&
         std::all_of(etag.begin(), etag.end(), [](char c) {
           return c > ' ' && c <= '~' && c != '<' && c != '>' && c != '&';
         });
}

}  // namespace

Error S3Bucket::odd(const std::string& what) const {
  return {.code = Code::unavailable,
          .message = place_.endpoint.shown() + " answered " + what + ".",
          .kind = "target_odd",
          .hint = "look whether s3_endpoint is the address of an S3 service"};
}

Result<void> S3Bucket::put_in_parts(const Call& whole, const std::vector<FilePart>& parts,
                                    const Patience& patience) const {
  Call begin{
      .method = "POST", .key = whole.key, .query = {{"uploads", ""}}, .fields = whole.fields};
  begin.fields.pop_back();  // the condition is for the end
  const HttpReply begun = TRY(send(begin, patience));
  if (begun.status != 200) return refused(begin, begun);
  const auto upload = read_upload_id(begun.body);
  if (!upload) return odd("without the id of an upload");
  Result<void> put = put_all(whole, parts, *upload, patience);
  if (put.ok()) return put;
  // So that nobody pays for what is left of it; a key that may only add may not, and the next try
  // does not need it.
  const Patience short_patience{
      .clock = clock_, .idle_ms = k_abort_ms, .deadline_ms = clock_.monotonic_ms() + k_abort_ms};
  [[maybe_unused]] const auto aborted = send_once(
      {.method = "DELETE", .key = whole.key, .query = {{"uploadId", *upload}}}, short_patience);
  return put;
}

Result<void> S3Bucket::put_all(const Call& whole, const std::vector<FilePart>& parts,
                               const std::string& upload, const Patience& patience) const {
  std::string list = "<CompleteMultipartUpload>";
  for (std::size_t at = 0; at < parts.size(); ++at) {
    const std::string number = std::to_string(at + 1);
    const Call call{.method = "PUT",
                    .key = whole.key,
                    .query = {{"partNumber", number}, {"uploadId", upload}},
                    .payload_sha256 = parts[at].sha256,
                    .body = whole.body,
                    .part = parts[at]};
    const HttpReply reply = TRY(send(call, patience, k_part_pauses_ms));
    if (reply.status != 200) return refused(call, reply);
    const std::string* etag = reply.find("etag");
    if (etag == nullptr || !is_plain_tag(*etag)) return odd("a part without a tag of it");
    list.append("<Part><PartNumber>").append(number).append("</PartNumber><ETag>");
    list.append(*etag).append("</ETag></Part>");
  }
  list += "</CompleteMultipartUpload>";
  Call end{.method = "POST",
           .key = whole.key,
           .query = {{"uploadId", upload}},
           .fields = {{"if-none-match", "*"}},
           .payload_sha256 = sha256_hex(list),
           .text = list};
  return end_upload(whole, std::move(end), patience);
}

// The answer may have been lost and the upload been ended: then it is not known any more (404).
Result<void> S3Bucket::end_upload(const Call& whole, Call end, const Patience& patience) const {
  HttpReply reply = TRY(send(end, patience, k_part_pauses_ms));
  if (reply.status == 501) {
    end.fields.clear();
    reply = TRY(send(end, patience, k_part_pauses_ms));
  }
  // A failure behind the head of the answer has to say 200.
  if (reply.status == 200 && is_upload_ended(reply.body)) return {};
  if (reply.status == 412) return settle(whole, patience);
  if (reply.status != 404) return refused(end, reply);
  const auto there = find(whole.key, patience);
  if (there.ok() && *there) return compare(whole, *there);
  return refused(end, reply);
}

}  // namespace kontor::notify
