"""What an import has to say: row by row what did not fit, in Japanese and English, as text and as JSON."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from renkei_kg.errors import RenkeiError

ERROR: Final = "error"
WARNING: Final = "warning"
NOTE: Final = "note"
SEVERITIES: Final = (ERROR, WARNING, NOTE)
WORDS: Final = {
    "ja": {ERROR: "エラー", WARNING: "注意", NOTE: "情報", "near": "近いもの"},
    "en": {ERROR: "Error", WARNING: "Warning", NOTE: "Note", "near": "nearest"},
}
SHOWN: Final = 60


class ImportFailed(RenkeiError):
    """The file cannot be imported at all; the message says why and what to do, in both languages."""

    def __init__(self, ja: str, en: str) -> None:
        self.ja, self.en = ja, en
        super().__init__(f"{en}\n{ja}")


@dataclass(frozen=True)
class Remark:
    """One thing to say: how grave it is, what in both languages and, where it is known, the row and column as
    they are in the sheet, the value, and what of the project is nearest to it."""

    severity: str
    ja: str
    en: str
    row: int | None = None
    column: str | None = None
    value: str | None = None
    nearest: str | None = None

    def text(self, language: str) -> str:
        """One line: where, how grave, what the cell says, what is wrong, what is nearest."""
        words = WORDS[language]
        where = (f"{self.row}行目" if language == "ja" else f"row {self.row}") if self.row else ""
        place = " ".join(part for part in (where, f"「{self.column}」" if self.column else "") if part)
        value = f"「{shorten(self.value)}」: " if self.value else ""
        near = f" ({words['near']}: {self.nearest})" if self.nearest else ""
        said = self.ja if language == "ja" else self.en
        return f"{place + ': ' if place else ''}{words[self.severity]}: {value}{said}{near}"

    def as_json(self) -> dict[str, Any]:
        """Its members; those it does not have are null."""
        return {
            "severity": self.severity,
            "row": self.row,
            "column": self.column,
            "value": self.value,
            "nearest": self.nearest,
            "messages": {"ja": self.ja, "en": self.en},
        }


@dataclass
class Report:
    """What was said of one file, and what became of it."""

    remarks: list[Remark] = field(default_factory=list)

    def say(self, severity: str, ja: str, en: str, **where: Any) -> None:
        """Adds a remark; ``where`` are the members of Remark."""
        self.remarks.append(Remark(severity, ja, en, **where))

    def extend(self, remarks: Iterable[Remark]) -> None:
        """Adds remarks."""
        self.remarks.extend(remarks)

    @property
    def fails(self) -> bool:
        """Whether something is so wrong that nothing may be written."""
        return any(remark.severity == ERROR for remark in self.remarks)

    def count(self, severity: str) -> int:
        """How many remarks are of a severity."""
        return sum(remark.severity == severity for remark in self.remarks)

    def sorted(self) -> list[Remark]:
        """What is about the whole file first, then row by row, the gravest first."""
        return sorted(self.remarks, key=lambda one: (one.row or 0, SEVERITIES.index(one.severity)))

    def text(self, language: str) -> str:
        """The remarks, one on each line; a note that is the same for several rows once, with their number."""
        lines: dict[tuple[object, ...], tuple[str, int]] = {}
        for place, remark in enumerate(self.sorted()):
            same = (remark.column, remark.value, remark.en) if remark.severity == NOTE else (place,)
            first, count = lines.get(same, (remark.text(language), 0))
            lines[same] = (first, count + 1)
        more = "（ほか{}行）" if language == "ja" else " (and {} rows more)"
        return "".join(f"{one}{more.format(n - 1) if n > 1 else ''}\n" for one, n in lines.values())

    def as_json(self, outcome: Mapping[str, Any]) -> dict[str, Any]:
        """What became of the file, and the remarks."""
        return {**outcome, "remarks": [remark.as_json() for remark in self.sorted()]}


def shorten(text: str) -> str:
    """A value on one line, not too long to read."""
    flat = " ".join(text.split())
    return flat if len(flat) <= SHOWN else f"{flat[: SHOWN - 1]}…"
