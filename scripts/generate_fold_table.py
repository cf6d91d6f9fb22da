#!/usr/bin/env python3
"""Writes lib/base/fold_table.cc and lib/base/lower_table.cc from Python's Unicode database.

    generate_fold_table.py LIB_BASE_DIR

Run it by hand when a script is added; the result is in git. Each letter of Latin, Greek and
Cyrillic is lower-cased, taken apart by its Unicode decomposition, and stripped of its marks.
Letters that Unicode does not take apart but that people search for without their stroke follow
SPELT, or else the base letter in their Unicode name ("LATIN SMALL LETTER B WITH HOOK" is b).
"""
import re
import sys
import unicodedata as u

BLOCKS = [(0x00A0, 0x024F), (0x0250, 0x02AF), (0x0370, 0x03FF), (0x0400, 0x052F), (0x1D6B, 0x1D9A),
          (0x1E00, 0x1EFF), (0x1F00, 0x1FFF), (0x2C60, 0x2C7F), (0xA640, 0xA69F), (0xA720, 0xA7CA),
          (0xFB00, 0xFB0F), (0xFF00, 0xFF5F)]
LOWER_BLOCKS = [(0x00C0, 0x024F), (0x0370, 0x03FF), (0x0400, 0x052F), (0x0531, 0x0556),
                (0x1E00, 0x1EFF), (0x1F00, 0x1FFF), (0xFF21, 0xFF3A)]
SPELT = {"đ": "d", "ð": "d", "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "þ": "th",
         "ı": "i", "ħ": "h", "ŧ": "t", "ŋ": "n", "ĸ": "k", "ə": "e", "ǝ": "e", "ς": "σ"}
BLANK = "_"
SAME = "."


def lower(letter):
    small = letter.lower()
    return small if len(small) == 1 else small[0]


def base_of(letter):
    if letter in SPELT:
        return SPELT[letter]
    name = u.name(letter, "")
    match = re.match(r"LATIN SMALL LETTER ([A-Z]) WITH", name)
    return match.group(1).lower() if match else letter


def fold(code):
    char = chr(code)
    if u.category(char) == "Mn":
        return SAME
    parts = u.normalize("NFKD", lower(char)).lower()
    kept = "".join(base_of(p) for p in parts if u.category(p)[0] in "LN" and u.category(p) != "Lm")
    if u.category(char) == "Cn":
        return SAME
    if not kept:
        return BLANK
    return SAME if kept == char else kept


def fold_rows():
    for first, last in BLOCKS:
        for row in range(first & ~0xF, last + 1, 16):
            letters = [fold(c) if c >= 0xA0 else BLANK for c in range(row, row + 16)]
            if any(token != SAME for token in letters):
                yield f'    {{0x{row:04X}, "{" ".join(letters)}"}},'


def lower_ranges():
    pairs = []
    for first, last in LOWER_BLOCKS:
        for code in range(first, last + 1):
            small = chr(code).lower()
            if len(small) == 1 and ord(small) != code:
                pairs.append((code, ord(small) - code))
    ranges = []
    for code, delta in pairs:
        last = ranges[-1] if ranges else None
        if last and last[3] == delta and code - last[1] in ((last[2],) if last[2] else (1, 2)):
            last[2] = code - last[1]
            last[1] = code
        else:
            ranges.append([code, code, 0, delta])
    return [f"    {{0x{a:04X}, 0x{b:04X}, {max(step, 1)}, {delta}}}," for a, b, step, delta in ranges]


def write(path, header, kind, accessor, rows):
    rows = list(rows)
    with open(path, "w", encoding="utf-8") as out:
        out.write(f"// Written by scripts/generate_fold_table.py (Unicode {u.unidata_version}).\n"
                  "// clang-format off\n"
                  f'#include "base/{header}.h"\n\n#include <array>\n\nnamespace kontor {{\nnamespace {{\n\n'
                  f"constexpr std::array<{kind}, {len(rows)}> k_rows = {{{{\n" + "\n".join(rows) +
                  "\n}};\n\n}  // namespace\n\n"
                  f"std::span<const {kind}> {accessor}() {{ return k_rows; }}\n\n}}  // namespace kontor\n")


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    write(f"{sys.argv[1]}/fold_table.cc", "fold_table", "FoldRow", "fold_rows", fold_rows())
    write(f"{sys.argv[1]}/lower_table.cc", "lower_table", "LowerRange", "lower_ranges", lower_ranges())


if __name__ == "__main__":
    main()
