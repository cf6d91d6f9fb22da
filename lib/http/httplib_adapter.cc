#include "http/httplib_adapter.h"

// The gate bounds the whole head at 16 KiB; httplib's own 8 KiB per line would refuse some of it.
#define CPPHTTPLIB_HEADER_MAX_LENGTH 16384
#include <httplib.h>

#include <algorithm>
#include <cstring>
#include <functional>
#include <string>

namespace kontor::http {
namespace {

// Feeds a head to httplib and swallows what it writes. After the head the stream has ended, so
// httplib never touches the body: that is a view into the connection's buffer.
class HeadStream final : public httplib::Stream {
 public:
  explicit HeadStream(std::string_view bytes) : bytes_(bytes) {}

  bool is_readable() const override { return !bytes_.empty(); }
  bool wait_readable() const override { return !bytes_.empty(); }
  bool wait_writable() const override { return true; }
  bool is_peer_alive() const override { return true; }
  socket_t socket() const override { return INVALID_SOCKET; }
  time_t duration() const override { return 0; }
  void get_remote_ip_and_port(std::string&, int&) const override {}
  void get_local_ip_and_port(std::string&, int&) const override {}

  ssize_t read(char* to, std::size_t size) override {
    const auto count = std::min(size, bytes_.size());
    std::memcpy(to, bytes_.data(), count);
    bytes_.remove_prefix(count);
    return static_cast<ssize_t>(count);
  }

  ssize_t write(const char* from, std::size_t size) override {
    if (written_.size() < k_status_line) written_.append(from, std::min(size, k_status_line));
    return static_cast<ssize_t>(size);
  }

  // From "HTTP/1.1 416 …"; 400 if httplib wrote nothing of the kind.
  int status() const {
    const bool line = written_.size() >= k_status_line && written_.starts_with("HTTP/1.1 4");
    return line ? 400 + (written_[10] - '0') * 10 + (written_[11] - '0') : 400;
  }

 private:
  static constexpr std::size_t k_status_line = 12;
  std::string_view bytes_;
  std::string written_;
};

// Longer ones are read anew each time: an idle connection must stay small.
constexpr std::size_t k_agreed_bytes = 1024;
constexpr std::size_t k_line_marks = std::string_view("  HTTP/1.1\r\n").size();

// Stands for itself wherever it is: no blank, no escape, nothing that ends or parts a target.
bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' ||
         c == '-' || c == '_' || c == '.' || c == '?' || c == '=' || c == '&' || c == ',';
}

// The gate knows the method and the version; with one blank on each side of a plain target the line
// can be read in one way only.
bool is_beyond_doubt(std::size_t line_bytes, const Head& head) {
  return line_bytes == head.method.size() + head.target.size() + k_line_marks &&
         std::all_of(head.target.begin(), head.target.end(), is_plain);
}

// The name with a blank and a plain value behind it: "Idempotency-Key: 01J9Z".
bool is_plain_line(std::string_view line, std::string_view name) {
  if (line.size() <= name.size() + 2 || !line.starts_with(name)) return false;
  const std::string_view value = line.substr(name.size());
  return value.starts_with(": ") && std::all_of(value.begin() + 2, value.end(), is_plain);
}

// Takes a line with its end off the front.
std::string_view next_line(std::string_view& lines) {
  const std::string_view line = lines.substr(0, std::min(lines.find('\n') + 1, lines.size()));
  lines.remove_prefix(line.size());
  return line;
}

// Different with every write, and without a meaning for how a head is read: a plain value is taken
// as it stands. The gate alone says how long the body is.
bool may_differ(std::string_view line, std::string_view agreed) {
  constexpr std::string_view end = "\r\n";
  if (!line.ends_with(end) || !agreed.ends_with(end)) return false;
  line.remove_suffix(end.size());
  agreed.remove_suffix(end.size());
  for (const std::string_view name : {"Idempotency-Key", "Content-Length"})
    if (is_plain_line(line, name) && is_plain_line(agreed, name)) return true;
  return false;
}

// Whether httplib can only read the same out of these fields as it did out of the agreed ones.
bool reads_alike(std::string_view fields, std::string_view agreed) {
  while (!fields.empty() && !agreed.empty()) {
    const std::string_view line = next_line(fields), before = next_line(agreed);
    if (line != before && !may_differ(line, before)) return false;
  }
  return fields.empty() && agreed.empty();
}

bool same_fields(const httplib::Request& theirs, const Head& ours) {
  if (theirs.headers.size() != ours.fields.size()) return false;
  return std::all_of(ours.fields.begin(), ours.fields.end(), [&](const auto& field) {
    const auto [begin, end] = theirs.headers.equal_range(std::string(field.first));
    return std::any_of(begin, end, [&](const auto& entry) { return entry.second == field.second; });
  });
}

}  // namespace

class HttplibParser::Impl final : public httplib::Server {
 public:
  Impl() {
    set_pre_routing_handler(
        [](const httplib::Request&, httplib::Response&) { return HandlerResponse::Handled; });
    // Of what it answers only the status is looked at.
    set_header_writer([](httplib::Stream&, httplib::Headers&) -> ssize_t { return 1; });
  }

  int compare(std::string_view bytes, const Head& head) {
    HeadStream stream(bytes);
    bool closed = false;
    head_ = &head;
    agrees_ = false;
    process_request(stream, nobody_, 0, nobody_, 0, true, closed, look_);
    return agrees_ ? 0 : stream.status();
  }

 private:
  // Called when the head is read. Then the request becomes one without a body, or httplib would
  // look for it.
  void look(httplib::Request& request) {
    agrees_ = request.method == head_->method && request.target == head_->target &&
              same_fields(request, *head_);
    request.method = "GET";
    request.headers.clear();
  }

  const std::string nobody_;
  const std::function<void(httplib::Request&)> look_ = [this](auto& request) { look(request); };
  const Head* head_ = nullptr;
  bool agrees_ = false;
};

HttplibParser::HttplibParser() : impl_(std::make_unique<Impl>()) {}
HttplibParser::~HttplibParser() = default;

int HttplibParser::second_opinion(std::string_view head_bytes, const Head& head,
                                  std::string& agreed) {
  const auto line_bytes = head_bytes.find('\n') + 1;  // the gate has found one
  const auto fields = head_bytes.substr(line_bytes);
  if (reads_alike(fields, agreed) && is_beyond_doubt(line_bytes, head)) return 0;
  const int status = impl_->compare(head_bytes, head);
  if (status == 0 && fields.size() <= k_agreed_bytes) agreed = fields;
  return status;
}

}  // namespace kontor::http
