// Lines of a text file, with their numbers and a bound.
#pragma once

#include <cstdint>
#include <istream>
#include <optional>
#include <string>

namespace kontor::crm {

struct TextLine {
  std::int64_t number = 0;  // from 1
  std::string text;         // without its end; cut at the bound
  bool cut = false;
};

// Lines end with LF, CRLF or CR. A byte order mark of UTF-8 at the start of the file is passed
// over. Not thread-safe; the stream must outlive it.
class LineReader {
 public:
  LineReader(std::istream& in, std::size_t max_bytes) : in_(in), max_bytes_(max_bytes) {}

  std::optional<TextLine> next();
  // The first letter of the line that next() will give; nullopt at the end of the file.
  std::optional<char> peek();

 private:
  std::istream& in_;
  std::size_t max_bytes_;
  std::int64_t number_ = 0;
};

}  // namespace kontor::crm
