"""Pages of docs/reference that are made from what the program says of itself.

`python3 tests/support/reference_pages.py` writes them anew; tests/cli/test_reference.py compares.
"""
import html
import json
import pathlib
import re
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "reference"
MADE = "<!-- Made by tests/support/reference_pages.py; do not edit. -->\n"

API_INTRO = """# HTTP API

Every path, with what it is for. Fields, parameters and answers are described by each server itself: for
people at `/docs`, for programs as OpenAPI 3.1 at `/openapi.json` (`kontor openapi` prints the same).

- JSON in UTF-8, names in `snake_case`, ids as strings (UUIDv7; a client may choose them), times RFC 3339 in
  UTC with milliseconds, amounts as whole minor units beside a `currency`.
- **Lists** answer `{"data": […], "has_more": …, "next_cursor": …}`. `limit`, `cursor`, `sort=-created_at`,
  `q=` (search), `fields=`, `expand=`, `count=exact`, `trash=only`, and filters `field=value` or
  `field[op]=value` with `eq ne lt lte gt gte in like null`. `any[1].` before filters makes a group of which
  one must hold (`any[1].status=draft&any[1].total[gte]=100000`); `custom.NAME[op]=value` asks for a custom
  field, and `sort=custom.NAME` sorts by one, in a collection of at most 250,000 records.
- **Versions**: a record has an `ETag`; `If-Match` changes only what you have seen (412 with the record as it
  is), `If-None-Match` is answered with 304. `PATCH` is a merge patch (RFC 7396).
- **Repeats**: with an `Idempotency-Key` a repeated `POST` is answered as the first one was, for 72 hours.
- **Refusals** are problem documents (RFC 9457), with every wrong field at once: [error types](error-types.md).

"""

ERRORS_INTRO = """# Error types

A refusal is `application/problem+json` (RFC 9457): `type`, `title`, `status`, `detail`, `code`, `request_id`,
and `errors` with a `pointer`, a `code` and a `detail` for each field or parameter that is wrong. `type` is a
path on the server itself, which explains the code: `/docs/problems/CODE`. Codes stay; texts may change.

"""


def table(head, rows):
    lines = [f"| {' | '.join(head)} |", "|" + "---|" * len(head)]
    return "\n".join(lines + [f"| {' | '.join(row)} |" for row in rows]) + "\n"


def api_page(openapi):
    rows = [(f"`{method.upper()}`", f"`{path}`", operation["summary"])
            for path, operations in openapi["paths"].items()
            for method, operation in operations.items() if method != "parameters"]
    return MADE + API_INTRO + table(("method", "path", "does"), rows)


def plain(text):
    return html.unescape(re.sub(r"<[^>]*>", "", re.sub(r"</?code>", "`", text)))


def errors_page(fetch):
    """`fetch`: path → HTML of a server that runs."""
    listed = re.findall(r'<tr><td>(\d+)</td><td><a href="(/docs/problems/(\w+))">.*?</td><td>(.*?)</td>',
                        fetch("/docs"))
    rows = []
    for status, path, code, title in listed:
        # Status, meaning, and the way back to the reference.
        meaning = re.findall(r"<p>(.*?)</p>", fetch(path), re.DOTALL)[-2]
        rows.append((status, f"`{code}`", plain(title), plain(meaning).replace("\n", " ")))
    return MADE + ERRORS_INTRO + table(("status", "code", "title", "meaning"), rows)


def pages(program):
    """`program`: a support.program.Program with an initialised data directory."""
    running = program.serve()

    def fetch(path):
        connection = running.connect()
        connection.request("GET", path)
        text = connection.getresponse().read().decode()
        connection.close()
        return text

    return {"http-api.md": api_page(json.loads(program.bare("openapi").out)),
            "error-types.md": errors_page(fetch)}


def main():
    sys.path.insert(0, str(ROOT / "tests"))
    from support.program import Program
    with tempfile.TemporaryDirectory() as folder, Program(pathlib.Path(folder) / "data") as program:
        program.ok("init")
        for name, text in pages(program).items():
            (FOLDER / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
