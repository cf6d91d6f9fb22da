// Files in the encodings of spreadsheets and of other CRMs, read as UTF-8.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <istream>
#include <optional>
#include <span>
#include <streambuf>
#include <string>
#include <string_view>

namespace kontor::crm {

enum class TextEncoding {
  utf_8,
  utf_16le,
  utf_16be,
  utf_32le,
  utf_32be,
  windows_1252,
  windows_1258,  // Vietnamese: letters with tone marks behind them, which are composed
};

// "utf-8", "windows-1258", …
std::span<const std::string_view> encoding_names();
std::string_view name_of(TextEncoding encoding);
// nullopt: none of these.
std::optional<TextEncoding> encoding_named(std::string_view name);

// By its byte order mark; else by the zeros of UTF-16; else UTF-8 if the whole file is valid UTF-8;
// else Windows-1258 if letters carry tone marks as in Vietnamese; else Windows-1252. Reads the file
// to its end and rewinds it.
TextEncoding detect_encoding(std::istream& file);

// A stream of UTF-8 over a file in `encoding`, without its byte order mark. What the encoding does
// not define becomes the byte FF, which no UTF-8 holds, so that readers find it and can say where.
// Can be read once, forwards. The file must outlive it.
class Utf8Stream final : public std::istream {
 public:
  Utf8Stream(std::istream& file, TextEncoding encoding);

 private:
  class Buffer final : public std::streambuf {
   public:
    Buffer(std::istream& file, TextEncoding encoding) : file_(file), encoding_(encoding) {}

   protected:
    int_type underflow() override;

   private:
    void refill();
    std::size_t unit_bytes() const;
    void decode(std::string_view bytes, bool at_end);
    void decode_wide(std::string_view bytes, bool at_end);
    void decode_code_page(std::string_view bytes);
    void put(char32_t code_point);
    void put_pending();

    std::istream& file_;
    TextEncoding encoding_;
    std::array<char, 32768> raw_{};
    std::size_t kept_ = 0;  // bytes of raw_ that belong to a unit that is not complete
    std::string text_;
    char32_t high_ = 0;     // the first half of a UTF-16 pair
    char16_t pending_ = 0;  // a letter that a tone mark may follow
    bool started_ = false, ended_ = false;
  };

  Buffer buffer_;
};

}  // namespace kontor::crm
