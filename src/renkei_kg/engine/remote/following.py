"""Which version is served: the one that the endpoint's own state names, if this server keeps it too."""

from pathlib import Path
from typing import IO, Final

from renkei_kg import snapshot
from renkei_kg.engine.contract import EngineUnavailable, VersionMissing
from renkei_kg.engine.remote import converting, state
from renkei_kg.engine.remote.link import Link
from renkei_kg.engine.remote.naming import Naming
from renkei_kg.holding import Gone, hold
from renkei_kg.snapshot import Snapshot

STATE_SECONDS: Final = 5.0


class Following:
    """Follows the state of an endpoint, for the project whose snapshots are in a folder."""

    def __init__(self, folder: Path, link: Link) -> None:
        self._folder, self._link = folder, link
        self._published = state.Published()
        self._served: Snapshot | None = None
        self._held: IO[bytes] | None = None
        self._namings: dict[str, Naming] = {}

    @property
    def served(self) -> Snapshot:
        """The version that is served. Raises EngineUnavailable."""
        if self._served is None:
            raise EngineUnavailable(
                "There is no data to ask yet: the engine cannot be reached, or no version has been published "
                "to it that this server keeps too."
            )
        return self._served

    def holds(self, version: str) -> bool:
        """Whether the endpoint holds the whole of a version."""
        return version in self._published.versions

    def naming(self, version: str) -> Naming:
        """The names of a version's graphs in the store. Raises VersionMissing."""
        if version not in self._namings:
            try:
                found = snapshot.open_snapshot(self._folder / version)
            except snapshot.SnapshotError:
                raise VersionMissing(version) from None
            self._namings[version] = Naming.of(found.manifest)
        return self._namings[version]

    async def look(self) -> None:
        """Looks at the state and moves to the version that it names. Raises EngineError."""
        fields = [("query", state.question(self._base()))]
        content = await self._link.whole(fields, converting.JSON, STATE_SECONDS)
        try:
            published = state.read(content)
        except (SyntaxError, ValueError) as error:
            raise EngineUnavailable(f"The engine's state cannot be read: {error}") from None
        if not published.current:
            raise EngineUnavailable("No version has been published to the engine: renkei-kg publish does it.")
        if self._served is None or published.current != self._served.id:
            self._move(published.current)
        self._published = published
        for gone in set(self._namings) - published.versions:
            del self._namings[gone]

    def _move(self, version: str) -> None:
        try:
            found = snapshot.open_snapshot(self._folder / version)
            held = hold(found.path)
        except (snapshot.SnapshotError, Gone):
            raise EngineUnavailable(
                f"The engine's version {version} is not in {self._folder}: this server needs it there too, "
                "for its manifest and text index."
            ) from None
        self.close()
        self._served, self._held = found, held

    def close(self) -> None:
        """Gives free the version that is served."""
        if self._held is not None:
            self._held.close()

    def _base(self) -> str:
        """The base of the project that is served."""
        try:
            found = self._served or snapshot.open_current(self._folder)
        except snapshot.SnapshotError as error:
            raise EngineUnavailable(str(error)) from None
        return str(found.manifest["base"])
