#include "http/gate.h"

#include <algorithm>
#include <array>

#include "base/limits.h"
#include "http/target.h"
#include "http/tokens.h"

namespace kontor::http {
namespace {

using Outcome = std::optional<Refusal>;

constexpr std::array<std::string_view, 7> k_allowed = {"GET",   "HEAD",   "POST",   "PUT",
                                                       "PATCH", "DELETE", "OPTIONS"};
// Past this a number is no length of anything; it only guards the arithmetic.
constexpr std::uint64_t k_length_max = std::uint64_t{1} << 60;

Refusal bad(std::string_view code, std::string_view detail) { return {400, code, detail}; }

bool is_visible(char c) { return c > 0x20 && c < 0x7f; }

// Removes one line from `bytes`; the scanner made sure that each ends in CR LF.
std::string_view take_line(std::string_view& bytes) {
  const auto end = bytes.find("\r\n");
  const auto line = bytes.substr(0, end);
  bytes.remove_prefix(end == std::string_view::npos ? bytes.size() : end + 2);
  return line;
}

Outcome check_method(std::string_view method) {
  if (!is_token(method)) return bad("bad_request_line", "The method is not a token.");
  if (method == "TRACE" || method == "CONNECT") {
    return Refusal{405, "method_not_allowed", "This server does not do TRACE or CONNECT."};
  }
  if (std::find(k_allowed.begin(), k_allowed.end(), method) == k_allowed.end()) {
    return Refusal{501, "unknown_method", "The method is not known."};
  }
  return {};
}

Outcome check_version(std::string_view version, Head& head) {
  if (version == "HTTP/1.1") return {};
  head.http_1_0 = version == "HTTP/1.0";
  if (head.http_1_0) return {};
  const bool is_version = version.size() == 8 && version.starts_with("HTTP/") &&
                          is_digit(version[5]) && version[6] == '.' && is_digit(version[7]);
  if (is_version) return Refusal{505, "unsupported_version", "Only HTTP/1.1 and 1.0 are spoken."};
  return bad("bad_request_line", "The request line must be: METHOD TARGET HTTP/1.1");
}

Outcome check_request_line(std::string_view line, Head& head) {
  const auto first = line.find(' ');
  const auto last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) {
    return bad("bad_request_line", "The request line must be: METHOD TARGET HTTP/1.1");
  }
  const auto target = line.substr(first + 1, last - first - 1);
  const bool clean = std::all_of(target.begin(), target.end(), is_visible);
  if (target.empty() || !clean || target.find('#') != std::string_view::npos) {
    return bad("bad_target", "The target has characters that do not belong there.");
  }
  head.method = line.substr(0, first);
  head.target = target;
  if (auto refusal = check_version(line.substr(last + 1), head)) return refusal;
  if (target.size() > limits::target_bytes) {
    return Refusal{414, "target_too_long", "The target is longer than 8 KiB."};
  }
  return check_method(head.method);
}

Outcome take_fields(std::string_view bytes, Head& head) {
  for (auto line = take_line(bytes); !line.empty(); line = take_line(bytes)) {
    if (head.fields.size() == limits::head_fields) {
      return Refusal{431, "too_many_fields", "The request has more than 100 header fields."};
    }
    const auto colon = line.find(':');
    const auto name = line.substr(0, colon);
    if (colon == std::string_view::npos || !is_token(name)) {
      return bad("bad_header", "A header field is not of the form \"Name: value\".");
    }
    const auto value = trim_blanks(line.substr(colon + 1));
    if (!is_field_value(value)) return bad("bad_header", "A header value has control characters.");
    head.fields.emplace_back(name, value);
  }
  return {};
}

std::size_t count_fields(const Head& head, std::string_view name) {
  return static_cast<std::size_t>(
      std::count_if(head.fields.begin(), head.fields.end(),
                    [&](const auto& field) { return equals_ignoring_case(field.first, name); }));
}

Outcome check_host(const Head& head, const HostRules& rules) {
  if (count_fields(head, "Host") != 1) {
    return bad("bad_host", "There must be exactly one Host header.");
  }
  const auto host = parse_host(head.field("Host"));
  if (!host) return bad("bad_host", "The Host header is not a host name with an optional port.");
  if (!rules.allow(host->name)) {
    return Refusal{421, "unknown_host", "This server does not answer for that host name."};
  }
  return {};
}

// Any transfer coding is refused: with Content-Length as the only framing there is nothing that
// this server and a proxy before it could understand differently.
Outcome check_transfer_encoding(const Head& head) {
  if (count_fields(head, "Transfer-Encoding") == 0) return {};
  if (count_fields(head, "Content-Length") > 0 || head.http_1_0) {
    return bad("bad_framing", "Transfer-Encoding contradicts the other framing of the request.");
  }
  if (equals_ignoring_case(head.field("Transfer-Encoding"), "chunked")) {
    return Refusal{411, "length_required", "Send the body with Content-Length, not in chunks."};
  }
  return Refusal{501, "unsupported_coding", "Transfer codings are not supported."};
}

Outcome check_length(Head& head, std::size_t body_bytes) {
  const auto count = count_fields(head, "Content-Length");
  if (count == 0) return {};
  const auto text = head.field("Content-Length");
  const auto length = parse_digits(text, k_length_max);
  const bool digits = !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
  if (count > 1 || !digits) {
    return bad("bad_framing", "Content-Length must be given once, as digits.");
  }
  if (!length || *length > body_bytes) {
    return Refusal{413, "body_too_large", "The body is larger than this server accepts."};
  }
  head.body_bytes = static_cast<std::size_t>(*length);
  return {};
}

Outcome check_codings(Head& head) {
  const auto coding = head.field("Content-Encoding");
  if (!coding.empty() && !equals_ignoring_case(coding, "identity")) {
    return Refusal{415, "unsupported_coding", "Compressed request bodies are not accepted."};
  }
  const auto expect = head.field("Expect");
  if (expect.empty() || head.http_1_0) return {};
  if (!equals_ignoring_case(expect, "100-continue")) {
    return Refusal{417, "unknown_expectation", "The only expectation known is 100-continue."};
  }
  head.expect_continue = true;
  return {};
}

void read_connection(Head& head) {
  head.keep_alive = !head.http_1_0;
  for (const auto& [name, value] : head.fields) {
    if (!equals_ignoring_case(name, "Connection")) continue;
    for (auto list = value; !list.empty();) {
      const auto option = next_in_list(list);
      if (equals_ignoring_case(option, "keep-alive")) head.keep_alive = true;
      if (equals_ignoring_case(option, "close")) {
        head.keep_alive = false;
        return;
      }
    }
  }
}

// Absolute form, as sent to proxies: its authority must be the Host header, and is dropped.
std::optional<std::string_view> origin_form(const Head& head) {
  auto target = head.target;
  for (std::string_view scheme : {"http://", "https://"}) {
    if (!equals_ignoring_case(target.substr(0, scheme.size()), scheme)) continue;
    target.remove_prefix(scheme.size());
    const auto end = std::min(target.find_first_of("/?"), target.size());
    if (!equals_ignoring_case(target.substr(0, end), head.field("Host"))) return std::nullopt;
    target.remove_prefix(end);
    return target.empty() ? "/" : target;
  }
  return target;
}

Outcome decode_target(Head& head) {
  if (head.target == "*" && head.method == "OPTIONS") {
    head.path = "*";
    return {};
  }
  const auto target = origin_form(head);
  if (!target) return bad("bad_host", "The target names another host than the Host header.");
  const auto mark = target->find('?');
  auto path = decode_path(target->substr(0, mark));
  if (!path) return bad("bad_path", "The path is not properly encoded, or not a plain path.");
  head.path = std::move(*path);
  if (mark == std::string_view::npos) return {};
  auto query = decode_query(target->substr(mark + 1));
  if (!query) return bad("bad_query", "The query is not properly percent-encoded UTF-8.");
  head.query = std::move(*query);
  return {};
}

Outcome check(std::string_view bytes, const GateRules& rules, Head& head) {
  const auto line = take_line(bytes);
  // The fields are read even when the line is refused: they hold the request id.
  auto line_refusal = check_request_line(line, head);
  auto field_refusal = take_fields(bytes, head);
  if (line_refusal) return line_refusal;
  if (field_refusal) return field_refusal;
  if (auto refusal = check_host(head, rules.hosts)) return refusal;
  if (auto refusal = check_transfer_encoding(head)) return refusal;
  if (auto refusal = check_length(head, rules.body_bytes)) return refusal;
  if (auto refusal = check_codings(head)) return refusal;
  read_connection(head);
  return decode_target(head);
}

}  // namespace

std::string_view Head::field(std::string_view name) const {
  for (const auto& [key, value] : fields) {
    if (equals_ignoring_case(key, name)) return value;
  }
  return {};
}

Gated check_head(std::string_view bytes, const GateRules& rules) {
  Gated gated;
  gated.head.head_bytes = bytes.size();
  gated.refusal = check(bytes, rules, gated.head);
  return gated;
}

}  // namespace kontor::http
