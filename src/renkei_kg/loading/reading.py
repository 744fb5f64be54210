"""The files that are loaded: N-Quads, N-Triples, TriG, Turtle and RDF/XML, plain or compressed by gzip, read
as a stream, with the checksum of each."""

import gzip
import hashlib
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final, cast

from pyoxigraph import RdfFormat, parse

from renkei_kg.errors import RenkeiError
from renkei_kg.loading.lines import Piece, piece, piece_of_quads

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

FORMATS: Final = {
    ".nq": RdfFormat.N_QUADS,
    ".nt": RdfFormat.N_TRIPLES,
    ".trig": RdfFormat.TRIG,
    ".ttl": RdfFormat.TURTLE,
    ".rdf": RdfFormat.RDF_XML,
}
LINES: Final = (RdfFormat.N_QUADS, RdfFormat.N_TRIPLES)
AT_ONCE: Final = 1 << 21  # bytes
QUADS_AT_ONCE: Final = 10_000
BUFFER: Final = 1 << 20


class LoadError(RenkeiError):
    """A file cannot be loaded; the message says which, where and why. Nothing was published."""


@dataclass(frozen=True)
class Source:
    """A file to load, the ``number``-th: relative IRIs in it are resolved against ``base``."""

    path: Path
    number: int
    base: str
    alone: bool

    @property
    def format(self) -> RdfFormat:
        """Its format, by its name. Raises LoadError."""
        path = self.path.with_suffix("") if self.compressed else self.path
        found = FORMATS.get(path.suffix)
        if found is None:
            known = ", ".join(FORMATS)
            raise LoadError(f"{self.path}: its name does not say what it is; {known} are known, also .gz.")
        return found

    @property
    def compressed(self) -> bool:
        """Whether it is compressed by gzip."""
        return self.path.suffix == ".gz"

    def label(self, label: str) -> str:
        """What a blank node of this file is called, so that it is none of another file."""
        return f"f{self.number}{label}"


def pieces(source: Source, graph: bytes | None, digest: "hashlib._Hash") -> Iterator[Piece]:
    """What a file states, piece by piece; ``digest`` gets its bytes.

    Raises LoadError with file and line when it is malformed or cannot be read.
    """
    try:
        with source.path.open("rb", buffering=0) as raw:
            buffered = io.BufferedReader(_Hashed(raw, digest), BUFFER)
            file = cast("IO[bytes]", gzip.GzipFile(fileobj=buffered) if source.compressed else buffered)
            if source.format in LINES:
                yield from _of_lines(source, file, graph)
            else:
                yield from _of_document(source, file, graph)
    except SyntaxError as error:
        raise malformed(source, error) from None
    except gzip.BadGzipFile as error:
        raise LoadError(f"{source.path} is not compressed by gzip as its name says: {error}.") from None
    except EOFError:
        raise LoadError(f"{source.path} is cut off: the end of its compressed content is missing.") from None
    except OSError as error:
        raise LoadError(f"{source.path} cannot be read: {error.strerror or error}.") from None


def malformed(source: Source, error: SyntaxError, before: int = 0) -> LoadError:
    """The error of a file that is malformed, ``before`` lines further down than the parser says."""
    where = f", line {before + error.lineno}" if error.lineno else ""
    return LoadError(f"{source.path}{where}: {error.msg}. Nothing was published.")


def _of_lines(source: Source, file: IO[bytes], graph: bytes | None) -> Iterator[Piece]:
    rename: Callable[[str], str] | None = None if source.alone else source.label
    before = 0
    while text := file.read(AT_ONCE):
        text += file.readline()
        if not text.endswith(b"\n"):
            text += b"\n"
        count = text.count(b"\n")
        try:
            yield piece(text, count, graph, rename)
        except SyntaxError as error:
            raise malformed(source, error, before) from None
        before += count


def _of_document(source: Source, file: IO[bytes], graph: bytes | None) -> Iterator[Piece]:
    quads = parse(file, source.format, base_iri=source.base)
    while True:
        found = piece_of_quads(islice(quads, QUADS_AT_ONCE), graph, source.label)
        if not found.count:
            return
        yield found


class _Hashed(io.RawIOBase):
    """A file that is read, whose bytes a digest gets too."""

    def __init__(self, file: io.RawIOBase, digest: "hashlib._Hash") -> None:
        self._file, self._digest = file, digest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int | None:
        size = self._file.readinto(buffer)
        if size:
            self._digest.update(memoryview(buffer)[:size])
        return size
