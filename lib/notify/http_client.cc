#include "notify/http_client.h"

#include <algorithm>
#include <charconv>

#include "base/fold.h"

namespace kontor::notify {
namespace {

constexpr std::size_t k_piece = 64 * 1024;
constexpr std::size_t k_line_bytes = 1024;  // of a chunk's size, or of a trailer

std::string lowered(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  }
  return out;
}

template <class Number>
std::optional<Number> number_of(std::string_view text, int base) {
  Number number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  if (failure != std::errc() || end != text.data() + text.size() || number < 0) return std::nullopt;
  return number;
}

std::string head_of(const HttpRequest& request) {
  std::string head = request.method + " " + request.target + " HTTP/1.1\r\n";
  for (const auto& [name, value] : request.fields) {
    head.append(name).append(": ").append(value).append("\r\n");
  }
  if (request.next_piece || request.method == "PUT" || request.method == "POST") {
    head += "Content-Length: " + std::to_string(request.body_bytes) + "\r\n";
  }
  return head + "Connection: close\r\n\r\n";
}

class Exchange {
 public:
  Exchange(Connection& connection, const HttpRequest& request, const Patience& patience,
           const BodySink& sink, std::string who)
      : connection_(connection),
        request_(request),
        patience_(patience),
        sink_(sink),
        who_(std::move(who)) {}

  Result<HttpReply> run() {
    TRY(send());
    do TRY(read_head());
    while (reply_.status / 100 == 1);
    TRY(read_body());
    return std::move(reply_);
  }

 private:
  Error odd(const std::string& what) const {
    return {.code = Code::unavailable,
            .message = who_ + " answered " + what + ".",
            .kind = "target_odd",
            .hint = "look whether s3_endpoint is the address of an S3 service"};
  }

  Result<void> send() {
    bool goes_on = TRY(connection_.write(head_of(request_), patience_));
    while (goes_on && request_.next_piece) {
      const std::string_view piece = TRY(request_.next_piece());
      if (piece.empty()) return {};
      goes_on = TRY(connection_.write(piece, patience_));
    }
    return {};
  }

  // More into what is ahead; false at the end.
  Result<bool> fill() {
    const std::size_t had = ahead_.size();
    ahead_.resize(had + k_piece);
    const auto got = connection_.read(ahead_.data() + had, k_piece, patience_);
    ahead_.resize(had + (got.ok() ? *got : 0));
    if (!got.ok()) return got.error();
    return *got > 0;
  }

  Result<std::string> take_until(std::string_view mark, std::size_t most) {
    while (true) {
      const std::size_t end = ahead_.find(mark);
      if (end != std::string::npos && end <= most) {
        std::string text = ahead_.substr(0, end);
        ahead_.erase(0, end + mark.size());
        return text;
      }
      if (ahead_.size() > most) return odd("more than it may");
      if (!TRY(fill())) return odd("nothing, or half of something");
    }
  }

  Result<void> read_head() {
    const std::string head = TRY(take_until("\r\n\r\n", k_reply_head_bytes));
    constexpr std::size_t status_at = 9, status_end = 12;  // "HTTP/1.1 200"
    const auto status = head.size() >= status_end && head.starts_with("HTTP/1.")
                            ? number_of<int>(head.substr(status_at, status_end - status_at), 10)
                            : std::nullopt;
    if (!status) return odd("something that is no HTTP");
    reply_.status = *status;
    reply_.fields.clear();
    for (std::size_t at = head.find("\r\n"); at != std::string::npos;) {
      const std::size_t next = head.find("\r\n", at + 2);
      const std::string_view line = std::string_view(head).substr(at + 2, next - at - 2);
      const std::size_t colon = line.find(':');
      if (colon == std::string_view::npos) return odd("a head that cannot be read");
      reply_.fields.emplace_back(lowered(line.substr(0, colon)), trim(line.substr(colon + 1)));
      at = next;
    }
    return {};
  }

  Result<void> hand_on(std::string_view bytes) {
    if (sink_ && (reply_.status == 200 || reply_.status == 206)) return sink_(reply_, bytes);
    if (reply_.body.size() + bytes.size() > k_reply_body_bytes) return odd("more than it may");
    reply_.body += bytes;
    return {};
  }

  Result<void> take_bytes(std::int64_t left) {
    while (left > 0) {
      if (ahead_.empty() && !TRY(fill())) return odd("half of what it announced");
      const std::size_t now =
          static_cast<std::size_t>(std::min<std::int64_t>(left, std::ssize(ahead_)));
      TRY(hand_on(std::string_view(ahead_).substr(0, now)));
      ahead_.erase(0, now);
      left -= static_cast<std::int64_t>(now);
    }
    return {};
  }

  Result<void> take_chunks() {
    while (true) {
      const std::string line = TRY(take_until("\r\n", k_line_bytes));
      const auto bytes = number_of<std::int64_t>(line.substr(0, line.find_first_of("; ")), 16);
      if (!bytes) return odd("a body that cannot be read");
      if (*bytes == 0) return {};  // of what may follow nothing is needed
      TRY(take_bytes(*bytes));
      TRY(take_until("\r\n", k_line_bytes));
    }
  }

  Result<void> read_body() {
    if (request_.method == "HEAD" || reply_.status == 204 || reply_.status == 304) return {};
    const std::string* coding = reply_.find("transfer-encoding");
    if (coding != nullptr && lowered(*coding) != "chunked") return odd("in an unknown coding");
    if (coding != nullptr) return take_chunks();
    if (const std::string* length = reply_.find("content-length")) {
      const auto bytes = number_of<std::int64_t>(*length, 10);
      return bytes ? take_bytes(*bytes) : Result<void>(odd("a length that cannot be read"));
    }
    // Its end is the end of the connection.
    do {
      TRY(hand_on(ahead_));
      ahead_.clear();
    } while (TRY(fill()));
    return {};
  }

  Connection& connection_;
  const HttpRequest& request_;
  const Patience& patience_;
  const BodySink& sink_;
  const std::string who_;
  std::string ahead_;
  HttpReply reply_;
};

}  // namespace

const std::string* HttpReply::find(std::string_view name) const {
  const auto found = std::find_if(fields.begin(), fields.end(),
                                  [&](const Field& field) { return field.first == name; });
  return found == fields.end() ? nullptr : &found->second;
}

Result<HttpReply> exchange(const Endpoint& endpoint, const Trust& trust, const HttpRequest& request,
                           const Patience& patience, const BodySink& sink) {
  Connection connection = TRY(Connection::open(endpoint, trust, patience));
  return Exchange(connection, request, patience, sink, endpoint.shown()).run();
}

}  // namespace kontor::notify
