#!/usr/bin/env python3
"""Packs the passwords that everyone tries first into a small file that can only be asked.

    pack_common_passwords.py FREQUENCY_LISTS OUTPUT

FREQUENCY_LISTS is the file of that name of Debian's python3-zxcvbn: its 30,000 most common passwords
and the longer ones of the most common English words. Each is reduced as the program reduces what it
asks for (lib/crm/accounts/common_passwords.cc): small letters, digits and signs at both ends
removed, those inside read as letters.

Format: 8 bytes magic "KCPW0001"; how many words, how many numbers, and `bits`, unsigned 32-bit
little-endian; then a Golomb-Rice code. A word's number is the first four bytes of its SHA-256
(big-endian) times (words << bits), shifted right by 32. The numbers, sorted and without repeats,
stand as differences: the quotient by 1 << bits in ones ended by a zero, then the rest in `bits` bits,
high bit first. What is not in the list is taken for one of it once in 2^bits times.
"""
import hashlib
import re
import runpy
import struct
import sys

MAGIC = b"KCPW0001"
BITS = 13
SHORTEST = 4
WORD_CHARS = 10  # an English word and a few digits make a password of twelve characters
SUBSTITUTES = str.maketrans("013457@$!", "oieastasi")
LARGEST = 60 * 1024


def reduced(word):
    word = word.lower()
    core = re.sub(r"^[^a-z]+|[^a-z]+$", "", word).translate(SUBSTITUTES)
    return core if len(core) >= SHORTEST else word


def words_of(path):
    lists = runpy.run_path(path)["FREQUENCY_LISTS"]
    words = {reduced(word) for word in lists["passwords"] if word.isascii()}
    words |= {word for word in lists["english_wikipedia"] if word.isascii() and len(word) >= WORD_CHARS}
    return words


def number(word, size):
    return int.from_bytes(hashlib.sha256(word.encode()).digest()[:4], "big") * size >> 32


def code(numbers):
    bits, last = [], 0
    for one in sorted(numbers):
        quotient, rest = divmod(one - last, 1 << BITS)
        bits.append("1" * quotient + "0" + format(rest, f"0{BITS}b"))
        last = one
    text = "".join(bits)
    text += "0" * (-len(text) % 8)
    return int(text, 2).to_bytes(len(text) // 8, "big")


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    words = words_of(sys.argv[1])
    if len(words) < 20_000 or "password" not in words:
        sys.exit(f"pack_common_passwords: {sys.argv[1]} is not the list that was expected")
    numbers = {number(word, len(words) << BITS) for word in words}
    packed = MAGIC + struct.pack("<III", len(words), len(numbers), BITS) + code(numbers)
    if len(packed) > LARGEST:
        sys.exit(f"pack_common_passwords: {len(packed)} bytes are more than {LARGEST}")
    with open(sys.argv[2], "wb") as out:
        out.write(packed)


if __name__ == "__main__":
    main()
