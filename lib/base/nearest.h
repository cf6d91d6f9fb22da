// "Did you mean": the known name closest to a mistyped one.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

namespace kontor {

// Insertions, deletions, replacements and swaps of neighbours (bytes) that turn `a` into `b`.
std::size_t edit_distance(std::string_view a, std::string_view b);

// The name with the smallest distance, the first of equals; nullopt if none is near enough to be
// a slip: more than a third of the word's letters (at least one) would have to change.
std::optional<std::string_view> nearest(std::string_view word,
                                        std::span<const std::string_view> names);

}  // namespace kontor
