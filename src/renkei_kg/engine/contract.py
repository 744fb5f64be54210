"""What the web layer asks of an engine, and the errors that an engine answers with."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Final, Protocol

from renkei_kg.errors import RenkeiError

# In the place of a format: the query is read and not asked, see ``worker.prepared``.
PREPARED: Final = "application/vnd.renkei.prepared+json"


class EngineError(RenkeiError):
    """Base of what can keep a query from being answered."""


class QuerySyntaxError(EngineError):
    """The query is not SPARQL. ``line`` and ``column`` count from 1 where the parser gave them."""

    def __init__(self, message: str, line: int | None = None, column: int | None = None) -> None:
        self.line, self.column = line, column
        super().__init__(message)


class QueryRefused(EngineError):
    """The query asks for something that this endpoint does not do, such as SERVICE."""


class QueryFailed(EngineError):
    """The engine could not evaluate the query, for instance because of a function it does not have."""


class QueryTimeout(EngineError):
    """The query took longer than ``seconds``."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        super().__init__(f"The query took longer than the limit of {seconds:g} seconds and was ended.")


class QueryTooLarge(EngineError):
    """The query or its answer needed more than it may have. ``limit`` names the setting."""

    def __init__(self, message: str, limit: str) -> None:
        self.limit = limit
        super().__init__(message)


class TooManyQueries(EngineError):
    """One client has too many queries under way; ``retry_after`` is in seconds."""

    def __init__(self, allowed: int, retry_after: int = 2) -> None:
        self.retry_after = retry_after
        super().__init__(
            f"You have {allowed} queries under way, the most that one client may have. "
            "Wait for one of them to be answered, then ask again."
        )


class EngineBusy(EngineError):
    """Too many queries are waiting; ``retry_after`` is in seconds."""

    def __init__(self, retry_after: int = 5) -> None:
        self.retry_after = retry_after
        super().__init__("The server has more queries than it can answer now. Come again in a few seconds.")


class EngineUnavailable(EngineError):
    """There is nothing to ask: no snapshot, or no worker could be started."""


class VersionMissing(EngineError):
    """The version to ask is not kept, or has never been."""

    def __init__(self, version: str) -> None:
        self.version = version
        super().__init__(f"The version {version[:64]} is not kept here. /snapshots lists those that are.")


@dataclass(frozen=True)
class Query:
    """A query and the RDF dataset it is asked of (SPARQL 1.1 Protocol, section 2.1.4).

    ``default_graphs`` and ``named_graphs`` are IRIs from the protocol; both empty means the endpoint's own
    dataset, or the one that the query names by FROM. ``version`` is the id of the version to ask; empty is
    the one served. ``own`` says that the server asks for itself: the limit on rows is for the answers that it
    gives.
    """

    text: str
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    version: str = ""
    own: bool = False


class Result(Protocol):
    """An answer on its way. Iterate it once for its chunks; close it when done or no longer wanted.

    ``snapshot`` is the version that it is about. ``whole`` is the full answer when it is known already.
    """

    snapshot: str
    whole: bytes | None

    def __aiter__(self) -> AsyncIterator[bytes]:
        """The answer's bytes. Raises EngineError when it breaks off."""

    def close(self) -> None:
        """Frees what the answer holds; ends the query if it is still running. May be called twice."""


class Engine(Protocol):
    """Answers queries over the version of the data that is served, and over others that are kept. Used from
    one event loop."""

    async def start(self) -> None:
        """Makes the engine ready."""

    async def query(self, query: Query, form: str, seconds: float, client: str) -> Result:
        """The answer in media type ``form``, ended after ``seconds``. ``client`` is who asks, for fairness.

        When this returns, the engine has parsed the query and made the first bytes of the answer.
        Raises EngineError.
        """

    def look_up(self, text: str, media_type: str) -> bytes | None:
        """The whole answer to a query that costs next to nothing, at once and in the version served. None
        when it is not sure to cost so little, or has an answer of another kind than this. Never raises."""

    async def probe(self, seconds: float) -> str:
        """The version that a question of the server's own has been answered for, past all queries that wait.
        Raises EngineUnavailable when none is within ``seconds``."""

    def version(self) -> str:
        """The id of the version served, which a query that names none is asked of. Raises
        EngineUnavailable."""

    def keeps(self, version: str) -> bool:
        """Whether a version can be asked."""

    async def refresh(self) -> None:
        """Moves to the version that is current now; else it does so soon. Raises EngineUnavailable."""

    def state(self) -> dict[str, int]:
        """Numbers for an operator: workers, queries that run, wait or are held still, kills."""

    async def stop(self) -> None:
        """Ends the engine's processes."""
