"""A member's data as one file to take along: the same in a form for programs and for spreadsheets, and a word on it."""

import io
import json
from collections.abc import Iterable
from zipfile import ZIP_DEFLATED, ZipFile

from timebank.care.own_data import Data
from timebank.reports import spreadsheet


def archive(data: Data, pictures: Iterable[tuple[str, bytes]], word: str) -> bytes:
    """A ZIP with a README, all of it as JSON, a spreadsheet for each kind of thing there is, and the pictures."""
    packed = io.BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as files:
        files.writestr("README.txt", word)
        files.writestr("all.json", json.dumps(data, ensure_ascii=False, indent=2))
        for name, rows in data.items():
            if rows:
                lines: list[list[object]] = [list(rows[0]), *[list[object](row.values()) for row in rows]]
                files.writestr(f"{name}.csv", spreadsheet.written(lines))
        for name, content in pictures:
            files.writestr(f"pictures/{name}", content)
    return packed.getvalue()
