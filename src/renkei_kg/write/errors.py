"""What can keep a write from being made. Whatever it is, nothing has changed."""

from typing import Any

from renkei_kg.errors import RenkeiError


class WriteError(RenkeiError):
    """Base of what can keep a write from being made."""


class PlacedError(WriteError):
    """Something is wrong at a place. ``line`` and ``column`` count from 1 where the parser gave them."""

    def __init__(self, message: str, line: int | None = None, column: int | None = None) -> None:
        self.line, self.column = line, column
        super().__init__(message)


class UpdateSyntaxError(PlacedError):
    """The text is not SPARQL Update."""


class DocumentError(PlacedError):
    """An RDF document is malformed, or holds more than one graph."""


class WriteRefused(WriteError):
    """The write asks for what may not be done over HTTP."""


class NotAllowed(WriteRefused):
    """The write is to a graph that its token is not for."""


class ShapesViolated(WriteError):
    """What the write makes breaks shapes. ``findings`` are those that have come by it, each as the members of
    a JSON object; ``report`` is the validation report (SHACL, section 3) in N-Triples."""

    def __init__(self, findings: list[dict[str, Any]], report: str) -> None:
        self.findings, self.report = findings, report
        number = sum(finding["severity"] == "Violation" for finding in findings)
        super().__init__(
            f"The write would break {number} of the rules for the data (SHACL shapes). Nothing was changed."
        )

    def lines(self, language: str) -> list[str]:
        """The findings, a line each, with the message in a language if there is one in it."""
        found = []
        for one in self.findings:
            about = " ".join(one[name] for name in ("focus", "path", "value") if name in one)
            messages = one["messages"]
            said = messages.get(language) or next(iter(messages.values()), one["shape"])
            found.append(f"{one['severity']}: {about}: {said}")
        return found


class ShapesUnusable(WriteError):
    """The shapes of the version cannot be used, so that nothing can be written to it."""


class UpdateFailed(WriteError):
    """The update is SPARQL Update and cannot be carried out as it is."""


class WriteConflict(WriteError):
    """What the write needs is not so: a graph to create exists already, a graph to drop does not."""


class RevertRefused(WriteError):
    """A write cannot be taken back; the message says why and what to do."""


class GraphMissing(WriteError):
    """There is no such named graph."""


class PreconditionFailed(WriteError):
    """What the client made its write depend on is not so."""


class WriteTimeout(WriteError):
    """The write took longer than ``seconds``."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        super().__init__(f"The write took longer than the limit of {seconds:g} seconds. Nothing was changed.")


class WriteTooLarge(WriteError):
    """The write needed more memory than it may have, or its process was ended from outside."""

    def __init__(self) -> None:
        super().__init__(
            "The write needed more memory than it may have, or its process was ended. Nothing was changed: "
            "write less at once."
        )


class WriterBusy(WriteError):
    """Too many writes wait."""

    def __init__(self) -> None:
        super().__init__("The server has more writes than it can make now. Come again in a few seconds.")


class StorageError(WriteError):
    """The new version could not be stored; the log says why."""

    def __init__(self) -> None:
        super().__init__(
            "The new version could not be stored; the server's log says why. Nothing was changed."
        )
