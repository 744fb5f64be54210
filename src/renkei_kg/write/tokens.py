"""Write tokens: who may write, which graphs, and until when. Kept in one file, the secrets as hashes.

SHA-256 alone is enough for them. A secret has 256 random bits, so that nobody finds it by trying; what slows
trying down (a salt, a slow hash) is for passwords, which people choose.
"""

import fcntl
import hashlib
import hmac
import json
import os
import re
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from pyoxigraph import NamedNode

from renkei_kg.errors import RenkeiError
from renkei_kg.write.rules import ANY, EVERY

SCHEMA: Final = 1
MARK: Final = "renkei_"
SECRET_BYTES: Final = 32
OPERATOR: Final = "operator"
NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
HASH: Final = re.compile(r"[0-9a-f]{64}")
DAYS: Final = re.compile(r"([1-9][0-9]{0,4})d")
DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# Else a prefix would go on into other hosts' names.
OPEN_HOST: Final = re.compile(r"https?:(?!//[^/?#]+[/?#])", re.IGNORECASE)


class TokenError(RenkeiError):
    """Tokens cannot be read or changed as asked; the message says why and what to do."""


@dataclass(frozen=True)
class Holder:
    """Who writes: the name of a token and the graphs that it is for, as ``rules.covers`` reads them."""

    name: str
    graphs: tuple[str, ...]


@dataclass(frozen=True)
class Token:
    """A token as it is kept."""

    name: str
    sha256: str
    graphs: tuple[str, ...]
    made: datetime
    expires: datetime | None = None
    revoked: datetime | None = None

    def state(self, now: datetime) -> str:
        """``valid``, ``expired`` or ``revoked``."""
        if self.revoked is not None:
            return "revoked"
        return "expired" if self.expires is not None and now >= self.expires else "valid"

    def row(self) -> dict[str, Any]:
        """What there is to say of it, but for its hash."""
        return {
            "name": self.name,
            "graphs": list(self.graphs),
            "made": _text(self.made),
            "expires": self.expires and _text(self.expires),
            "revoked": self.revoked and _text(self.revoked),
        }


def hash_of(secret: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def find(tokens: Iterable[Token], secret: str) -> Token | None:
    """The token of a secret. Takes as long whether there is one, and whichever it is."""
    shown, found = hash_of(secret), None
    for token in tokens:
        if hmac.compare_digest(token.sha256, shown):
            found = token
    return found


def read(path: Path) -> tuple[Token, ...]:
    """The tokens in a file; none if it is not there. Raises TokenError."""
    try:
        text = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return ()
    except OSError as error:
        raise _unreadable(path, error) from None
    try:
        return _tokens(json.loads(text))
    except (ValueError, RecursionError, TokenError) as error:
        reason = str(error).rstrip(".")
        raise TokenError(
            f"{path} is damaged: {reason}. Put a copy of it back, or move it away and make new tokens."
        ) from None


def _unreadable(path: Path, error: OSError) -> TokenError:
    return TokenError(f"the tokens in {path} cannot be read: {error.strerror or error}.")


class Watched:
    """The tokens in a file as it is now. It is read again when it has changed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: tuple[int, ...] | None = None
        self._found: tuple[Token, ...] = ()

    def now(self) -> tuple[Token, ...]:
        """The tokens. Raises TokenError."""
        seen: tuple[int, ...] = ()
        try:
            facts = self._path.stat()
            seen = (facts.st_ino, facts.st_mtime_ns, facts.st_ctime_ns, facts.st_size)
        except (FileNotFoundError, NotADirectoryError):
            pass
        except OSError as error:
            raise _unreadable(self._path, error) from None
        if seen != self._seen:
            self._found = read(self._path)
            self._seen = seen
        return self._found


def add(
    path: Path, name: str, graphs: tuple[str, ...], expires: datetime | None, now: datetime
) -> tuple[str, Token]:
    """Makes a token for ``graphs``, all when none is named. Gives its secret, which is kept nowhere, too.

    Raises TokenError, also when a valid token has the name already.
    """
    if not NAME.fullmatch(name) or name == OPERATOR:
        raise TokenError(
            f"{name!r} cannot be the name of a token: use up to 64 of the letters a to z, digits and . _ - "
            f"(and not {OPERATOR!r}, which is who writes with RENKEI_WRITE_TOKEN)."
        )
    patterns = tuple(dict.fromkeys(map(_pattern, graphs))) or ANY
    secret = MARK + secrets.token_urlsafe(SECRET_BYTES)
    with _changing(path) as tokens:
        if any(one.name == name and one.state(now) == "valid" for one in tokens):
            raise TokenError(f"there is a token {name!r} already: revoke it first, or choose another name.")
        made = Token(name, hash_of(secret), patterns, now, expires)
        tokens.append(made)
    return secret, made


def revoke(path: Path, name: str, now: datetime) -> None:
    """Ends every token of a name for good. Raises TokenError when there is none to end."""
    with _changing(path) as tokens:
        known = sorted({one.name for one in tokens if one.revoked is None})
        if name not in known:
            others = ", ".join(known)
            raise TokenError(
                f"there is no token {name!r} to revoke" + (f"; there are {others}." if others else ".")
            )
        tokens[:] = [
            replace(one, revoked=now) if one.name == name and one.revoked is None else one for one in tokens
        ]


def until(text: str, now: datetime) -> datetime:
    """When a token ends, given as a number of days (``90d``), its last day (a date, in UTC) or a moment.

    Raises TokenError, also when that is past.
    """
    try:
        if days := DAYS.fullmatch(text):
            moment = now + timedelta(days=int(days[1]))
        else:
            moment = datetime.fromisoformat(text)
            if moment.tzinfo is None:
                moment = moment.replace(tzinfo=UTC)
            if DATE.fullmatch(text):
                moment += timedelta(days=1, seconds=-1)
        moment = moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise TokenError(
            f"{text!r} is no time for a token to end: give days, such as 90d, or a date, such as 2030-12-31."
        ) from None
    if moment <= now:
        raise TokenError(f"{text} is past: give a time to come.")
    return moment


@contextmanager
def _changing(path: Path) -> Iterator[list[Token]]:
    """The tokens of a file, for one at a time to change; stored in a single step unless that fails.

    It is the folder that is locked: the file is another one each time. Raises TokenError.
    """
    try:
        path = path.resolve()
        path.parent.mkdir(parents=True, exist_ok=True)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            fcntl.flock(folder, fcntl.LOCK_EX)
            tokens = list(read(path))
            yield tokens
            _store(path, tokens)
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        raise TokenError(f"cannot write {path}: {error.strerror or error}. Nothing was changed.") from None


def _store(path: Path, tokens: Iterable[Token]) -> None:
    said = {"version": SCHEMA, "tokens": [{**one.row(), "sha256": one.sha256} for one in tokens]}
    new = path.with_name(f"{path.name}.new")
    new.unlink(missing_ok=True)  # of somebody who was stopped
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        if os.geteuid() == 0:  # the server, which has to read it, hardly runs as root
            like = (path if path.exists() else path.parent).stat()
            os.fchown(file.fileno(), like.st_uid, like.st_gid)
        file.write(json.dumps(said, ensure_ascii=False, indent=2) + "\n")
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)


def _tokens(said: Any) -> tuple[Token, ...]:
    match said:
        case {"version": int(version), "tokens": [*_]} if version == SCHEMA:
            return tuple(map(_token, said["tokens"]))
        case {"version": int(version)} if version > SCHEMA:
            raise ValueError(f"it has version {version}, which needs a newer renkei-kg")
    raise ValueError("it is no file of tokens")


def _token(said: Any) -> Token:
    match said:
        case {
            "name": str(name),
            "sha256": str(sha256),
            "graphs": [str(), *_] as graphs,
            "made": str(made),
            "expires": str() | None as expires,
            "revoked": str() | None as revoked,
        } if NAME.fullmatch(name) and HASH.fullmatch(sha256):
            return Token(
                name,
                sha256,
                tuple(map(_pattern, graphs)),
                _moment(made),
                None if expires is None else _moment(expires),
                None if revoked is None else _moment(revoked),
            )
    raise ValueError("a token in it is not whole")


def _pattern(graph: Any) -> str:
    """Which graphs a token is for. Raises TokenError when it is neither an IRI nor the beginning of one."""
    if graph == EVERY:
        return EVERY
    stem = str(graph).removesuffix(EVERY)
    if EVERY in stem or not _is_absolute(stem):
        raise TokenError(
            f"{graph!r} names no graphs: give an absolute IRI, or the beginning of one with * behind it."
        )
    if stem != graph and OPEN_HOST.match(stem):
        raise TokenError(f"{graph!r} would go beyond one host: write a slash behind its name, before the *.")
    return str(graph)


def _is_absolute(iri: str) -> bool:
    try:
        return NamedNode(iri).value == iri
    except ValueError:
        return False


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text} has no time zone")
    return moment


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
