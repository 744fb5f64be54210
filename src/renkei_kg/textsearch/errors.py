"""What can be wrong with a text search."""

from renkei_kg.errors import RenkeiError


class TextIndexError(RenkeiError):
    """The index of texts is missing, damaged or cannot be used here; the message says what to do."""


class SearchError(RenkeiError):
    """Words that cannot be searched for, or that too much matches; the message says what to do."""


class TextSearchError(RenkeiError):
    """A text pattern in a query cannot be answered. ``line`` and ``column`` count from 1; ``reason`` says
    what is wrong and what to write instead."""

    def __init__(self, reason: str, line: int, column: int) -> None:
        self.reason, self.line, self.column = reason, line, column
        super().__init__(f"line {line}, column {column}: {reason}")
