#!/usr/bin/env bash
# What SQLite's page checksums cost a reader: processor time of the same reads with and without, five
# times in turns. docs/explanation/durability.md says what came out.
set -euo pipefail
cd "$(dirname "$0")/../.."

if [[ $# -ne 1 || $1 == -h || $1 == --help ]]; then
  echo "Usage: tests/bench/page_checksums.sh ARCHIVE   (SQLite's source archive, from the cache of scripts/deps)" >&2
  exit 2
fi
[[ -f third_party/sqlite/sqlite3.c ]] || { echo "run scripts/deps first" >&2; exit 1; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tar -xOf "$1" --wildcards '*/ext/misc/cksumvfs.c' >"$work/cksumvfs.c"
flags=(-O2 -DSQLITE_CKSUMVFS_STATIC -DSQLITE_THREADSAFE=2 -DSQLITE_DEFAULT_MEMSTATUS=0 -Ithird_party/sqlite)
gcc "${flags[@]}" -c -o "$work/sqlite3.o" third_party/sqlite/sqlite3.c
gcc "${flags[@]}" -c -o "$work/cksumvfs.o" "$work/cksumvfs.c"
g++ -std=c++20 "${flags[@]}" -o "$work/bench" tests/bench/page_checksums.cc "$work"/*.o -lpthread -lm

for kind in plain sum; do "$work/bench" make "$work/$kind.db" $kind; done
for _ in 1 2 3 4 5; do
  for kind in plain sum; do "$work/bench" read "$work/$kind.db" $kind; done
done
