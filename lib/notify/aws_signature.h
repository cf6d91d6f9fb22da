// Signature Version 4 of Amazon Web Services, in a header: what S3 and all that speaks like it
// asks for. The secret signs a day, a region and a service into a key; that signs the request.
// Source of the form: "Authenticating Requests (AWS Signature Version 4)" of the S3 API reference.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "notify/field.h"

namespace kontor::notify {

struct AwsKeys {
  std::string id;      // not secret: it stands in each request
  std::string secret;  // in no error, no log, on no wire
};

struct AwsRequest {
  std::string method;
  std::string path;            // encoded, as it is sent
  std::vector<Field> query;    // not encoded
  std::vector<Field> fields;   // all are signed; names in lower case; `host` must be one of them
  std::string payload_sha256;  // in hex
};

// Percent-encoded as the signature wants it: all but letters, digits and -._~ in capital hex.
std::string uri_encoded(std::string_view text, bool keep_slashes = false);

// "a=b&c=d", encoded and sorted: as it is signed, and to be sent.
std::string canonical_query(const std::vector<Field>& query);

// "20261121T091502Z": the field x-amz-date.
std::string amz_date(std::int64_t now_ms);

// The field Authorization. `now_ms` must be the instant of x-amz-date.
std::string authorization(const AwsRequest& request, const AwsKeys& keys, const std::string& region,
                          const std::string& service, std::int64_t now_ms);

}  // namespace kontor::notify
