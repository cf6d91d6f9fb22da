// Fuzz target: the head scanner and the gate, on any bytes. Checks what must hold for all input:
// the answer does not depend on how the bytes were cut, and what passes is unambiguous.
// libFuzzer: clang++ -fsanitize=fuzzer,address; a corpus is replayed by replay_main.cc.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "http/gate.h"
#include "http/head_scanner.h"
#include "http/tokens.h"

namespace {

using kontor::http::Head;
using kontor::http::HeadScanner;

HeadScanner::State scan_in_pieces(std::string_view bytes, std::size_t piece, HeadScanner& scanner) {
  for (std::size_t end = std::min(piece, bytes.size());;
       end = std::min(end + piece, bytes.size())) {
    const auto state = scanner.scan(bytes.substr(0, end));
    if (state != HeadScanner::State::incomplete || end == bytes.size()) return state;
  }
}

void check_passed(const Head& head, std::string_view bytes) {
  CHECK(head.path.front() == '/' || head.path == "*");
  CHECK(kontor::is_utf8(head.path));
  CHECK(head.path.find('\0') == std::string::npos && head.path.find('\\') == std::string::npos);
  CHECK(head.path.find("/../") == std::string::npos && !head.path.ends_with("/.."));
  CHECK(head.fields.size() <= kontor::limits::head_fields);
  CHECK(head.field("Transfer-Encoding").empty());
  std::size_t hosts = 0;
  for (const auto& [name, value] : head.fields) {
    CHECK(kontor::http::is_token(name) && kontor::http::is_field_value(value));
    CHECK(name.data() >= bytes.data() && value.size() <= bytes.size());
    if (kontor::http::equals_ignoring_case(name, "Host")) ++hosts;
  }
  CHECK(hosts == 1);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  HeadScanner whole;
  const auto state = whole.scan(bytes);
  for (const auto piece : {std::size_t{1}, std::size_t{7}}) {
    HeadScanner scanner;
    CHECK(scan_in_pieces(bytes, piece, scanner) == state);
    CHECK(state != HeadScanner::State::complete || scanner.length() == whole.length());
  }
  if (state != HeadScanner::State::complete) return 0;
  const auto head = bytes.substr(0, whole.length());
  const kontor::http::HostRules hosts({"a", "localhost"});
  const auto gated = kontor::http::check_head(head, {hosts, kontor::limits::body_bytes});
  if (!gated.refusal) check_passed(gated.head, head);
  return 0;
}
