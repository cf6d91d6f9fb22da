// Compressed responses: which coding a client prefers, and whether it is worth it.
#pragma once

#include <string>
#include <string_view>

#include "http/message.h"

namespace kontor::http {

enum class Coding { identity, gzip, brotli };

// The codings in which a body can be had, besides identity.
struct Available {
  bool gzip = true;
  bool brotli = true;
};

// The best of the available codings for an Accept-Encoding value: highest q first, brotli before
// gzip where they are equal, identity where nothing else is acceptable or the value cannot be read.
Coding negotiate_coding(std::string_view accept_encoding, Available available = {});

std::string_view coding_name(Coding coding);  // "gzip", "br", "identity"

// Compresses `bytes`; identity copies them.
std::string encode(Coding coding, std::string_view bytes);

// Encodes the body of a text, JSON or SVG response of more than 1 KiB as the client likes it, and
// sets Content-Encoding and Vary. Leaves alone what is encoded already, and `no-transform`.
void compress_response(std::string_view accept_encoding, Response& response);

}  // namespace kontor::http
