#include "crm/imports/formats/line_reader.h"

namespace kontor::crm {
namespace {

using Traits = std::char_traits<char>;

}  // namespace

std::optional<TextLine> LineReader::next() {
  std::streambuf* buffer = in_.rdbuf();
  int c = buffer->sbumpc();
  if (c == Traits::eof()) return std::nullopt;
  TextLine line{.number = ++number_, .text = {}};
  for (; c != Traits::eof() && c != '\n'; c = buffer->sbumpc()) {
    if (c == '\r') {
      if (buffer->sgetc() == '\n') buffer->sbumpc();
      break;
    }
    if (line.text.size() < max_bytes_) line.text += Traits::to_char_type(c);
    else line.cut = true;
  }
  if (number_ == 1 && line.text.starts_with("\xEF\xBB\xBF")) line.text.erase(0, 3);
  return line;
}

std::optional<char> LineReader::peek() {
  const int c = in_.rdbuf()->sgetc();
  if (c == Traits::eof()) return std::nullopt;
  return Traits::to_char_type(c);
}

}  // namespace kontor::crm
