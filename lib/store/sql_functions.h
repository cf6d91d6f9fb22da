// Functions of the program's own that its SQL may call.
#pragma once

#include <string>
#include <string_view>

struct sqlite3;

namespace kontor::store {

// Gives a connection the functions
//   fold_text(text)   the text as kontor::fold_search has it; null of null
//   sort_key(value)   a text whose bytes are in the order of the values: numbers, and texts that
//                     read as one, by their size; then all other texts by what they are folded, as
//                     far as k_sort_key_bytes. Null of null and of an empty text
// Both depend on their argument alone. Triggers and views of a file cannot call them. Throws
// SqlFailure.
void add_sql_functions(sqlite3* handle);

// Texts that are alike for longer are in no order among themselves.
inline constexpr std::size_t k_sort_key_bytes = 200;

// Does the text read as a number that a double keeps apart from its neighbours: digits, a minus
// before them, a point among them, 15 bytes at most?
bool reads_as_number(std::string_view text);

}  // namespace kontor::store
