"""Reading text files kept by hand: always UTF-8, and a fault in one has its file, line and column."""

from pathlib import Path

from renkei_kg.errors import RenkeiError

BYTE_ORDER_MARK = "\ufeff"


class SourceError(RenkeiError):
    """A source file cannot be used. Names the file and, where known, its line and column (from 1)."""

    def __init__(self, file: Path, message: str, line: int | None = None, column: int | None = None) -> None:
        self.file, self.line, self.column, self.reason = file, line, column, message
        place = str(file) + (f":{line}" if line else "") + (f":{column}" if line and column else "")
        super().__init__(f"{place}: {message}")


def read_text(path: Path) -> str:
    """The text of a file, without a byte order mark and with its lines ending in ``\\n``.

    So a checkout made on another system gives the same graph. Raises SourceError.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise SourceError(path, f"cannot be read: {error.strerror or error}.") from None
    return decode(content, path)


def decode(content: bytes, path: Path) -> str:
    """The text that ``content``, read from ``path``, says in UTF-8. Raises SourceError where it does not."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line, column = position(content[: error.start].decode("utf-8"), error.start)
        raise SourceError(path, "is not UTF-8 from here on; save it as UTF-8.", line, column) from None
    return text.removeprefix(BYTE_ORDER_MARK).replace("\r\n", "\n").replace("\r", "\n")


def position(text: str, index: int) -> tuple[int, int]:
    """The line and column (from 1) of the character ``index`` of a text."""
    before = text[:index]
    return before.count("\n") + 1, len(before) - before.rfind("\n")
