"""Backups that say what a test wants: taken apart, changed, and put together with seals that hold."""
import gzip
import hashlib
import io
import json
import tarfile
import zlib

HEAD = bytes([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 4, 3])


def entries_of(path):
    """Name → bytes, in the order of the file."""
    with gzip.open(path) as packed, tarfile.open(fileobj=io.BytesIO(packed.read())) as archive:
        return {member.name: archive.extractfile(member).read() for member in archive}


def tarred(entries):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, content in entries.items():
            member = tarfile.TarInfo(name)
            member.size, member.mode = len(content), 0o600
            archive.addfile(member, io.BytesIO(content))
        end = archive.offset
    return out.getvalue()[:end] + bytes(1024)  # without the padding to a tape's record


def sealed(content):
    """Packed as docs/backup.md says, with the SHA-256 of all that in a second, empty member."""
    packer = zlib.compressobj(1, zlib.DEFLATED, -15, 8)
    packed = HEAD + packer.compress(content) + packer.flush()
    packed += zlib.crc32(content).to_bytes(4, "little") + len(content).to_bytes(4, "little")
    seal = bytearray(HEAD)
    seal[3] = 16
    return packed + bytes(seal) + hashlib.sha256(packed).hexdigest().encode() + b"\0\3\0" + bytes(8)


def write_backup(path, entries, manifest=None):
    """`manifest` (a dict) takes the place of the one in `entries`; SHA256SUMS follows."""
    entries = dict(entries)
    if manifest is not None:
        entries["manifest.json"] = json.dumps(manifest).encode()
    if "SHA256SUMS" in entries:
        entries["SHA256SUMS"] = "".join(
            f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in entries.items()
            if name != "SHA256SUMS").encode()
    path.write_bytes(sealed(tarred(entries)))
    return path


def describe(manifest, name, content):
    """Makes the manifest true of a file again."""
    (entry,) = [file for file in manifest["files"] if file["path"] == name]
    entry["bytes"], entry["sha256"] = len(content), hashlib.sha256(content).hexdigest()
