#include "http/response_writer.h"

#include <algorithm>
#include <array>
#include <chrono>

#include "http/tokens.h"

namespace kontor::http {
namespace {

// Nothing may be loaded, framed or guessed unless a response says otherwise for itself. Whole
// lines: they are in nearly every answer.
constexpr std::array<std::string_view, 9> k_defaults = {
    "Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; manifest-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'\r\n",
    "X-Content-Type-Options: nosniff\r\n",
    "Referrer-Policy: no-referrer\r\n",
    "Cross-Origin-Opener-Policy: same-origin\r\n",
    "Cross-Origin-Embedder-Policy: require-corp\r\n",
    "Cross-Origin-Resource-Policy: same-origin\r\n",
    "Permissions-Policy: accelerometer=(), camera=(), display-capture=(), geolocation=(), "
    "gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), usb=()\r\n",
    "X-Frame-Options: DENY\r\n",
    "Cache-Control: no-store\r\n",
};
constexpr std::string_view k_hsts =
    "Strict-Transport-Security: max-age=31536000; includeSubDomains\r\n";

// Set by the writer alone; a handler's value would contradict the framing or the log.
constexpr std::array<std::string_view, 7> k_own = {"Connection",       "Content-Length", "Date",
                                                   "X-Request-Id",     "Keep-Alive",     "Server",
                                                   "Transfer-Encoding"};

bool is_own(std::string_view name) {
  return std::any_of(k_own.begin(), k_own.end(),
                     [&](std::string_view own) { return equals_ignoring_case(own, name); });
}

std::string_view reason(int status) {
  switch (status) {
    case 200: return "OK";
    case 201: return "Created";
    case 202: return "Accepted";
    case 204: return "No Content";
    case 206: return "Partial Content";
    case 207: return "Multi-Status";
    case 301: return "Moved Permanently";
    case 302: return "Found";
    case 303: return "See Other";
    case 304: return "Not Modified";
    case 307: return "Temporary Redirect";
    case 308: return "Permanent Redirect";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 406: return "Not Acceptable";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 410: return "Gone";
    case 411: return "Length Required";
    case 412: return "Precondition Failed";
    case 413: return "Content Too Large";
    case 414: return "URI Too Long";
    case 415: return "Unsupported Media Type";
    case 416: return "Range Not Satisfiable";
    case 417: return "Expectation Failed";
    case 421: return "Misdirected Request";
    case 422: return "Unprocessable Content";
    case 423: return "Locked";
    case 428: return "Precondition Required";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 503: return "Service Unavailable";
    case 505: return "HTTP Version Not Supported";
    case 507: return "Insufficient Storage";
    default: return "Status";
  }
}

void append(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ").append(value).append("\r\n");
}

void append_framing(std::string& out, const Response& response, bool chunked) {
  if (response.on_stream || !may_have_body(response.status)) return;
  if (response.source) {
    if (chunked) append(out, "Transfer-Encoding", "chunked");
    return;
  }
  const auto size =
      response.static_body.empty() ? response.body.size() : response.static_body.size();
  append(out, "Content-Length", std::to_string(size));
}

}  // namespace

bool is_sendable(const Response& response) {
  const auto clean = [](const auto& field) {
    return is_token(field.first) && is_field_value(field.second);
  };
  return response.status >= 200 && response.status <= 599 &&
         is_field_value(response.content_type) &&
         std::all_of(response.headers.begin(), response.headers.end(), clean);
}

std::string render_head(const Response& response, const HeadContext& context) {
  std::string out = "HTTP/1.1 ";
  out.reserve(1536);
  out.append(std::to_string(response.status))
      .append(" ")
      .append(reason(response.status))
      .append("\r\n");
  append(out, "Date", http_date(context.now_ms));
  append(out, "Connection", context.keep_alive ? "keep-alive" : "close");
  append(out, "X-Request-Id", context.request_id);
  append_framing(out, response, context.chunked);
  if (!response.content_type.empty()) append(out, "Content-Type", response.content_type);
  for (const auto& [name, value] : response.headers) {
    if (!is_own(name)) append(out, name, value);
  }
  for (const std::string_view line : k_defaults) {
    if (header_of(response, line.substr(0, line.find(':'))).empty()) out.append(line);
  }
  if (context.secure) out.append(k_hsts);
  return out.append("\r\n");
}

std::string_view header_of(const Response& response, std::string_view name) {
  for (const auto& [key, value] : response.headers) {
    if (equals_ignoring_case(key, name)) return value;
  }
  return {};
}

void add_to_vary(Response& response, std::string_view field) {
  for (auto& [name, value] : response.headers) {
    if (!equals_ignoring_case(name, "Vary")) continue;
    for (std::string_view list = value; !list.empty();) {
      if (equals_ignoring_case(next_in_list(list), field)) return;
    }
    value.append(", ").append(field);
    return;
  }
  response.with("Vary", std::string(field));
}

bool wants_close(const Response& response) {
  return equals_ignoring_case(header_of(response, "Connection"), "close");
}

bool may_have_body(int status) { return status >= 200 && status != 204 && status != 304; }

std::string http_date(std::int64_t unix_ms) {
  constexpr std::string_view days = "SunMonTueWedThuFriSat";
  constexpr std::string_view months = "JanFebMarAprMayJunJulAugSepOctNovDec";
  namespace chrono = std::chrono;
  const chrono::sys_time<chrono::milliseconds> now{chrono::milliseconds(unix_ms)};
  const auto midnight = chrono::floor<chrono::days>(now);
  const chrono::year_month_day date{midnight};
  const chrono::hh_mm_ss time{chrono::floor<chrono::seconds>(now - midnight)};
  // Not printf: in every answer, where it would be a third of the head's cost.
  std::string text = "Sun, 01 Jan 1970 00:00:00 GMT";
  const auto put = [&text](std::size_t at, std::size_t digits, std::int64_t number) {
    for (; digits > 0; --digits, number /= 10)
      text[at + digits - 1] = static_cast<char>('0' + number % 10);
  };
  text.replace(0, 3, days, chrono::weekday(midnight).c_encoding() * std::size_t{3}, 3);
  put(5, 2, static_cast<unsigned>(date.day()));
  text.replace(8, 3, months, (static_cast<unsigned>(date.month()) - 1) * std::size_t{3}, 3);
  put(12, 4, static_cast<int>(date.year()));
  put(17, 2, time.hours().count());
  put(20, 2, time.minutes().count());
  put(23, 2, time.seconds().count());
  return text;
}

}  // namespace kontor::http
