"""How the process of a write tells why it was not made, and what that becomes on the other side."""

from typing import Any, Final

from renkei_kg.write import errors

Said = dict[str, Any]
KINDS: Final = {
    kind.__name__: kind
    for kind in (
        errors.UpdateSyntaxError,
        errors.DocumentError,
        errors.WriteRefused,
        errors.NotAllowed,
        errors.UpdateFailed,
        errors.WriteConflict,
        errors.RevertRefused,
        errors.ShapesUnusable,
    )
}


def told(error: errors.WriteError) -> Said:
    """An error as what is said of it."""
    said: Said = {"error": type(error).__name__, "message": str(error)}
    if isinstance(error, errors.PlacedError):
        said |= {"line": error.line, "column": error.column}
    elif isinstance(error, errors.ShapesViolated):
        said |= {"findings": error.findings, "report": error.report}
    return said


def error(said: Said) -> errors.WriteError:
    """The error that was told."""
    name = said["error"]
    if name == errors.ShapesViolated.__name__:
        return errors.ShapesViolated(said["findings"], said["report"])
    if name in (errors.StorageError.__name__, errors.WriteTooLarge.__name__):
        return errors.StorageError() if name == errors.StorageError.__name__ else errors.WriteTooLarge()
    kind = KINDS[name]
    if issubclass(kind, errors.PlacedError):
        return kind(said["message"], said["line"], said["column"])
    return kind(said["message"])
