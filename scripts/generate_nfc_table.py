#!/usr/bin/env python3
"""Writes lib/base/nfc_table.cc from Python's Unicode database: what lib/base/nfc.cc composes by.

    generate_nfc_table.py LIB_BASE_DIR

Run it by hand; the result is in git. Everything of the first plane but the compatibility ideographs
(U+F900 to U+FAFF), which nobody types; Hangul is composed by rule.
"""
import sys
import unicodedata as u

COLUMNS = 100
CODES = [code for code in range(0x10000) if not 0xD800 <= code < 0xE000 and not 0xF900 <= code <= 0xFAFF
         and not 0xAC00 <= code <= 0xD7A3]


def parts_of(code):
    """One step of the canonical decomposition: [] or one or two code points."""
    text = u.decomposition(chr(code))
    return [int(part, 16) for part in text.split()] if text and not text.startswith("<") else []


def pairs():
    """(composed, first, second); second 0: another code point is meant by it."""
    for code in CODES:
        parts = parts_of(code)
        if parts:
            yield (code, *parts, *[0] * (2 - len(parts)))


def composes(row):
    return row[2] != 0 and u.normalize("NFC", chr(row[1]) + chr(row[2])) == chr(row[0])


def classes():
    ranges = []
    for code in CODES:
        value = u.combining(chr(code))
        if not value:
            continue
        if ranges and ranges[-1][1] == code - 1 and ranges[-1][2] == value:
            ranges[-1][1] = code
        else:
            ranges.append([code, code, value])
    return ranges


def table(name, kind, rows):
    lines = [f"constexpr std::array<{kind}, {len(rows)}> {name} = {{{{", ""]
    for row in rows:
        if len(lines[-1]) + len(row) >= COLUMNS:
            lines.append("")
        lines[-1] += row
    return "\n".join(lines) + "\n}};\n"


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    rows = list(pairs())
    text = lambda row: "{" + ", ".join(f"0x{code:X}" for code in row) + "},"
    composing, apart = ([text(row) for row in rows if composes(row) == wanted] for wanted in (True, False))
    marks = ["{" + f"0x{first:X}, {last - first}, {value}" + "}," for first, last, value in classes()]
    with open(f"{sys.argv[1]}/nfc_table.cc", "w", encoding="utf-8") as out:
        out.write(f"// Written by scripts/generate_nfc_table.py (Unicode {u.unidata_version}).\n// clang-format off\n"
                  '#include "base/nfc_table.h"\n\n#include <array>\n\nnamespace kontor {\nnamespace {\n\n'
                  + table("k_composing", "NfcPair", composing) + "\n" + table("k_apart", "NfcPair", apart)
                  + "\n" + table("k_marks", "NfcMarks", marks)
                  + "\n}  // namespace\n\nstd::span<const NfcPair> nfc_composing() { return k_composing; }\n"
                  "std::span<const NfcPair> nfc_apart() { return k_apart; }\n"
                  "std::span<const NfcMarks> nfc_marks() { return k_marks; }\n\n}  // namespace kontor\n")
    print(f"{len(composing)} pairs, {len(apart)} apart, {len(marks)} ranges of marks:"
          f" {6 * (len(composing) + len(apart)) + 4 * len(marks)} bytes")


if __name__ == "__main__":
    main()
