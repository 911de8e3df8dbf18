"""Exchange files for the tests of imports."""

HEADER = "provider,receiver,minutes,served_on"


def a_file(folder, *rows: str, header: str = HEADER, name: str = "exchanges.csv"):
    """A file with this header and these rows, as they stand."""
    path = folder / name
    path.write_text("\n".join((header, *rows)) + "\n", encoding="utf-8", newline="")
    return path


def some_bytes(folder, content: bytes, name: str = "exchanges.csv"):
    path = folder / name
    path.write_bytes(content)
    return path
