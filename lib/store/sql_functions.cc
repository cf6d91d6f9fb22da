#include "store/sql_functions.h"

#include <sqlite3.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstdlib>

#include "base/fold.h"
#include "store/sql_failure.h"

namespace kontor::store {
namespace {

constexpr std::size_t k_number_bytes = 15;
constexpr int k_flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY;

bool are_digits(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::string_view text_of(sqlite3_value* value) {
  const auto* bytes = reinterpret_cast<const char*>(sqlite3_value_text(value));
  const auto size = static_cast<std::size_t>(sqlite3_value_bytes(value));
  return bytes == nullptr ? std::string_view() : std::string_view(bytes, size);
}

void answer(sqlite3_context* context, const std::string& text) {
  sqlite3_result_text64(context, text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
}

// The bits of a double are in its order but for the sign (IEEE 754-2019, 3.4).
std::string key_of_number(double number) {
  constexpr std::string_view k_digits = "0123456789abcdef";
  constexpr std::uint64_t k_sign = std::uint64_t{1} << 63;
  auto bits = std::bit_cast<std::uint64_t>(number == 0 ? 0.0 : number);  // -0 is 0
  bits = (bits & k_sign) != 0 ? ~bits : bits | k_sign;
  std::string key = "1";
  for (int shift = 60; shift >= 0; shift -= 4) key += k_digits[(bits >> shift) & 15];
  return key;
}

// Cut between two letters: half a letter would be no text.
std::string key_of_text(std::string_view text) {
  std::string folded = fold_search(text);
  if (folded.size() > k_sort_key_bytes) {
    std::size_t end = k_sort_key_bytes;
    while (end > 0 && (static_cast<unsigned char>(folded[end]) & 0xC0) == 0x80) --end;
    folded.resize(end);
  }
  return "2" + folded;
}

// What is thrown must not pass through SQLite's C frames.
template <class Make>
void guarded(sqlite3_context* context, Make make) {
  try {
    make();
  } catch (const std::bad_alloc&) {
    sqlite3_result_error_nomem(context);
  }
}

void fold_text(sqlite3_context* context, int, sqlite3_value** values) {
  if (sqlite3_value_type(values[0]) == SQLITE_NULL) return sqlite3_result_null(context);
  guarded(context, [&] { answer(context, fold_search(text_of(values[0]))); });
}

void sort_key(sqlite3_context* context, int, sqlite3_value** values) {
  const int type = sqlite3_value_type(values[0]);
  if (type == SQLITE_NULL) return sqlite3_result_null(context);
  guarded(context, [&] {
    if (type == SQLITE_INTEGER || type == SQLITE_FLOAT)
      return answer(context, key_of_number(sqlite3_value_double(values[0])));
    const std::string_view text = text_of(values[0]);
    if (text.empty()) return sqlite3_result_null(context);
    if (reads_as_number(text))
      return answer(context, key_of_number(std::strtod(std::string(text).c_str(), nullptr)));
    answer(context, key_of_text(text));
  });
}

void add(sqlite3* handle, const char* name,
         void (*function)(sqlite3_context*, int, sqlite3_value**)) {
  const int rc = sqlite3_create_function_v2(handle, name, 1, k_flags, nullptr, function, nullptr,
                                            nullptr, nullptr);
  if (rc != SQLITE_OK) throw SqlFailure(handle);
}

}  // namespace

bool reads_as_number(std::string_view text) {
  if (text.size() > k_number_bytes) return false;
  if (text.starts_with('-')) text.remove_prefix(1);
  const auto point = text.find('.');
  if (point == std::string_view::npos) return are_digits(text);
  return are_digits(text.substr(0, point)) && are_digits(text.substr(point + 1));
}

void add_sql_functions(sqlite3* handle) {
  add(handle, "fold_text", fold_text);
  add(handle, "sort_key", sort_key);
}

}  // namespace kontor::store
