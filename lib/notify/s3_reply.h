// What S3 answers, out of its XML. Not a parser of XML: it looks for the elements that S3 writes.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "notify/s3_bucket.h"

namespace kontor::notify {

struct S3Refusal {
  std::string code;     // "AccessDenied"; empty: it did not say
  std::string message;  // cut, one line
};
S3Refusal read_refusal(std::string_view xml);

struct S3Page {
  std::vector<S3Object> objects;
  std::string next;  // the token of the next page; empty: this was the last
};
// nullopt: this is no listing.
std::optional<S3Page> read_listing(std::string_view xml);

// Of the answer to the beginning of an upload in parts; nullopt: it holds none.
std::optional<std::string> read_upload_id(std::string_view xml);
// Whether the answer to its end says that the object is there.
bool is_upload_ended(std::string_view xml);

}  // namespace kontor::notify
