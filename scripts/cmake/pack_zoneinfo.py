#!/usr/bin/env python3
"""Packs a zoneinfo tree into one file, so that a static program knows every zone without host files.

    pack_zoneinfo.py ZONEINFO_DIR OUTPUT

Format (all integers unsigned 32-bit little-endian, offsets from the start of the file):

    8 bytes      magic "KTZI0001"
    count        number of zones
    count times  name_offset name_length body_offset body_length   (sorted by name, bytewise)
    names        not terminated
    bodies       TZif files as the system ships them; equal bodies (aliases) are stored once

`posix/` and `right/` are left out (copies, and zones that count leap seconds), as are `localtime`
and `posixrules`, which are settings of the building machine. The same tree gives the same bytes.
"""
import os
import struct
import sys

MAGIC = b"KTZI0001"
SKIPPED_FOLDERS = {"posix", "right"}
SKIPPED_FILES = {"localtime", "posixrules"}


def read_zones(root):
    zones = {}
    for folder, folders, files in os.walk(root, followlinks=True):
        if folder == root:
            folders[:] = [f for f in folders if f not in SKIPPED_FOLDERS]
            files = [f for f in files if f not in SKIPPED_FILES]
        for name in files:
            path = os.path.join(folder, name)
            with open(path, "rb") as file:
                body = file.read()
            if body.startswith(b"TZif"):
                zones[os.path.relpath(path, root).encode()] = body
    return zones


def pack(zones):
    names = sorted(zones)
    head_size = len(MAGIC) + 4 + 16 * len(names)
    name_block = b"".join(names)
    body_block = bytearray()
    body_offsets = {}
    head = bytearray(MAGIC + struct.pack("<I", len(names)))
    name_offset = head_size
    for name in names:
        body = zones[name]
        if body not in body_offsets:
            body_offsets[body] = head_size + len(name_block) + len(body_block)
            body_block += body
        head += struct.pack("<IIII", name_offset, len(name), body_offsets[body], len(body))
        name_offset += len(name)
    return bytes(head) + name_block + bytes(body_block)


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    zones = read_zones(sys.argv[1])
    if b"UTC" not in zones or b"Asia/Ho_Chi_Minh" not in zones:
        sys.exit(f"pack_zoneinfo: no time zones in {sys.argv[1]} (Debian: install tzdata)")
    with open(sys.argv[2], "wb") as out:
        out.write(pack(zones))


if __name__ == "__main__":
    main()
