#include "http/produced_body.h"

#include <array>
#include <cstdio>
#include <utility>

namespace kontor::http {
namespace {

constexpr std::string_view k_last_chunk = "0\r\n\r\n";

std::string chunk_head(std::size_t bytes) {
  std::array<char, 24> text{};
  const int size = std::snprintf(text.data(), text.size(), "%zx\r\n", bytes);
  return std::string(text.data(), static_cast<std::size_t>(size));
}

}  // namespace

BodySource::State ProducedBody::pull(std::string& piece) {
  try {
    return reply_.source->pull(piece);
  } catch (...) {
    return BodySource::State::failed;
  }
}

bool ProducedBody::next(Outgoing& out) {
  std::string piece = std::exchange(out.body, {});
  piece.clear();
  // An empty chunk would be the last one.
  auto state = BodySource::State::more;
  while (piece.empty() && state == BodySource::State::more) state = pull(piece);
  if (state == BodySource::State::failed) return false;
  ended_ = state == BodySource::State::end;
  // What it holds is given back now, not when the client has read the rest.
  if (ended_) reply_.source.reset();
  out.head.clear();
  out.sent = 0;
  if (reply_.chunked && !piece.empty()) {
    out.head = chunk_head(piece.size());
    piece += "\r\n";
  }
  if (reply_.chunked && ended_) piece += k_last_chunk;
  out.body = std::move(piece);
  bytes_ += out.size();
  return true;
}

}  // namespace kontor::http
