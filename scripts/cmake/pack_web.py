#!/usr/bin/env python3
"""Packs the built web UI into one file, compressed beforehand, for the server to answer from.

    pack_web.py BUILT_DIR OUTPUT

BUILT_DIR is what `node app/web/build.mjs --out BUILT_DIR` writes:

    SCREEN-{en,vi}-{auto,light,dark}.html  the page, by kind of address, language and theme
    assets/NAME-HASH.EXT                   served at /assets/NAME-HASH.EXT, kept by browsers for ever
    root/NAME                              served at /NAME

Format (all integers unsigned 32-bit little-endian, offsets from the start of the file):

    8 bytes      magic "KWEB0001"
    count        number of files
    count times  seven pairs offset, length: path, content type, entity tag with its quotes,
                 Cache-Control, the bytes as they are, gzip, brotli   (sorted by path, bytewise)
    the pieces   equal ones are stored once

The path of a page is its file name, without a slash before it. An encoding is kept where it saves a
tenth; its length is 0 otherwise. The same files give the same bytes.
"""
import ctypes
import gzip
import hashlib
import pathlib
import re
import struct
import sys

MAGIC = b"KWEB0001"
PAGES = [f"{screen}-{language}-{theme}.html"
         for screen in ("sign_in", "setup", "home", "list", "record", "index")
         for language in ("en", "vi") for theme in ("auto", "light", "dark")]
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}
PACKED_ALREADY = {".png", ".woff2"}
HASHED = re.compile(r"^[\w.-]+-[0-9A-Za-z]{8,}\.\w+$")
FOR_EVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"


def load_brotli():
    """The encoder of libbrotli-dev, which the program is linked with anyway."""
    try:
        library = ctypes.CDLL("libbrotlienc.so.1")
    except OSError as error:
        sys.exit(f"pack_web: {error} (Debian: install libbrotli-dev, or run scripts/setup)")
    library.BrotliEncoderMaxCompressedSize.restype = ctypes.c_size_t
    library.BrotliEncoderMaxCompressedSize.argtypes = [ctypes.c_size_t]
    library.BrotliEncoderCompress.argtypes = [
        ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_size_t, ctypes.c_char_p,
        ctypes.POINTER(ctypes.c_size_t), ctypes.c_char_p]
    return library


def brotli(library, body):
    quality, window, text = 11, 22, 1
    size = ctypes.c_size_t(library.BrotliEncoderMaxCompressedSize(len(body)))
    out = ctypes.create_string_buffer(size.value)
    if not library.BrotliEncoderCompress(quality, window, text, len(body), body,
                                         ctypes.byref(size), out):
        sys.exit("pack_web: brotli failed")
    return out.raw[:size.value]


def worth(encoded, body):
    return encoded if len(encoded) * 10 <= len(body) * 9 else b""


def row(library, path, suffix, body, cache_control):
    if suffix not in TYPES:
        sys.exit(f"pack_web: {path}: no content type is known for {suffix or 'no suffix'}")
    squeeze = suffix not in PACKED_ALREADY
    etag = '"' + hashlib.sha256(body).hexdigest()[:24] + '"'
    return [path.encode(), TYPES[suffix].encode(), etag.encode(), cache_control.encode(), body,
            worth(gzip.compress(body, 9, mtime=0), body) if squeeze else b"",
            worth(brotli(library, body), body) if squeeze else b""]


def read_rows(built):
    library = load_brotli()
    rows = [row(library, name, ".html", (built / name).read_bytes(), ASK_AGAIN) for name in PAGES]
    for file in (built / "assets").iterdir():
        if not HASHED.match(file.name):
            sys.exit(f"pack_web: assets/{file.name}: browsers keep it for ever, so its name must "
                     "change with its content (NAME-HASH.EXT)")
        rows.append(row(library, f"/assets/{file.name}", file.suffix, file.read_bytes(), FOR_EVER))
    if (built / "root").is_dir():
        for file in (built / "root").iterdir():
            rows.append(row(library, f"/{file.name}", file.suffix, file.read_bytes(), ASK_AGAIN))
    return sorted(rows)


def pack(rows):
    pieces, places = bytearray(), {}
    start = len(MAGIC) + 4 + 8 * 7 * len(rows)
    head = bytearray(MAGIC + struct.pack("<I", len(rows)))
    for cells in rows:
        for cell in cells:
            if cell not in places:
                places[cell] = start + len(pieces)
                pieces += cell
            head += struct.pack("<II", places[cell], len(cell))
    return bytes(head + pieces)


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    try:
        rows = read_rows(pathlib.Path(sys.argv[1]))
    except OSError as error:
        sys.exit(f"pack_web: {error}")
    pathlib.Path(sys.argv[2]).write_bytes(pack(rows))


if __name__ == "__main__":
    main()
