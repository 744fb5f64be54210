"""Who may write: the bearer of a token (RFC 6750). What its token is for is seen to where the write is made.

A write needs the operator's own token, a setting, or one of those in a file that is looked at each time, so
that a token is taken, or not any more, as soon as it is made, revoked or expired.
"""

import hmac
import logging
from datetime import UTC, datetime
from typing import Final

from renkei_kg.config import Settings
from renkei_kg.web.exchange import Request
from renkei_kg.web.problems import Problem
from renkei_kg.write.rules import ANY
from renkei_kg.write.tokens import OPERATOR, Holder, Token, TokenError, Watched, find, hash_of

CHALLENGE: Final = 'Bearer realm="Renkei KG"'
ONLY_READS: Final = "This server only reads: it takes queries, not updates."
# The stores of an engine hold whole versions: what is written here would be in none of them.
ELSEWHERE: Final = (
    "This server reads from another engine, so nothing is written here: write to a server with its own "
    "store, or build, and bring the new version to the engine by renkei-kg publish."
)
# Whether a token is wrong or none is shown, the answer is the same: only its true bearer is told more.
SHOW_ONE: Final = "To write, show a write token of this server: Authorization: Bearer TOKEN."
UNREADABLE: Final = "The server cannot read its write tokens now; its log says why."
log = logging.getLogger(__name__)


class Authority:
    """Knows the tokens of a server."""

    def __init__(self, settings: Settings) -> None:
        self._elsewhere = bool(settings.engine)
        self._operator = hash_of(settings.write_token) if settings.write_token else ""
        self._file = Watched(settings.token_file)
        self._said = ""
        self._tokens()  # what is wrong with them is told when the server starts

    def writable(self) -> bool:
        """Whether anybody can write."""
        return not self._elsewhere and bool(self._operator or self._tokens())

    def holder(self, request: Request) -> Holder:
        """Who sends a request that writes.

        Raises Problem 403 on a server that nobody writes to, 401 without a token that is valid, and 503 when
        its tokens cannot be read.
        """
        if self._elsewhere:
            raise Problem(403, ELSEWHERE)
        tokens = self._tokens()
        if not self._operator and tokens == ():
            raise Problem(403, ONLY_READS)
        scheme, _, shown = request.headers.get("authorization", "").partition(" ")
        shown = shown.strip()
        if scheme.lower() != "bearer" or not shown:
            raise Problem(401, SHOW_ONE, headers={"WWW-Authenticate": CHALLENGE})
        if hmac.compare_digest(hash_of(shown), self._operator):
            return Holder(OPERATOR, ANY)
        if tokens is None:
            raise Problem(503, UNREADABLE, headers={"Retry-After": "60"})
        token = find(tokens, shown)
        if token is None:
            raise _invalid(SHOW_ONE, "This is no token of this server")
        state = token.state(datetime.now(UTC))
        if state != "valid":
            ended = "has expired" if state == "expired" else "is revoked"
            raise _invalid(f"This token {ended}: ask for a new one.", f"The token {ended}")
        return Holder(token.name, token.graphs)

    def _tokens(self) -> tuple[Token, ...] | None:
        """The tokens in the file; None when they cannot be read, which is logged once."""
        try:
            found = self._file.now()
        except TokenError as error:
            if str(error) != self._said:
                log.error("%s Until then only RENKEI_WRITE_TOKEN is taken.", error)  # noqa: TRY400  # the message says it all
                self._said = str(error)
            return None
        self._said = ""
        return found


def _invalid(detail: str, description: str) -> Problem:
    """A token was shown that is none, or none any more (RFC 6750, section 3.1)."""
    return Problem(401, detail, headers={"WWW-Authenticate": challenge("invalid_token", description)})


def challenge(error: str, description: str) -> str:
    """The WWW-Authenticate header with an error (RFC 6750, section 3)."""
    return f'{CHALLENGE}, error="{error}", error_description="{description}"'
