"""The tokens of a SPARQL text, each with its place: SPARQL 1.1 Query Language, section 19.8. No grammar.

Codepoint escapes (section 19.2) stay inside the token that they stand in, as Oxigraph and SPARQL 1.2 read
them; ``Token.value`` has them resolved. An engine that resolves them in the whole text first may see other
tokens: what refuses something in a text has to look at ``tokens(text)`` and at ``tokens(unescape(text))``.

Reading takes linear time on any input: every repetition is possessive, and a string that is not closed is an
error at once instead of a chance to read its quotation marks another way.
"""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from renkei_kg.errors import RenkeiError
from renkei_kg.textfile import position

CODEPOINT: Final = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
STRING_ESCAPE: Final = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
LOCAL_ESCAPE: Final = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|([_~.\-!$&'()*+,;=/?#@%]))")
# What a string may hold: no backslash but in ECHAR or UCHAR, and no escape of what is no character.
RIGHT: Final = re.compile(
    r"""(?:[^\\]++|\\(?:[tbnrf"'\\]|u(?![Dd][89A-Fa-f])[0-9A-Fa-f]{4}"""
    r"""|U(?!0000[Dd][89A-Fa-f])00(?:0[0-9A-Fa-f]|10)[0-9A-Fa-f]{4}))*+"""
)
ESCAPE: Final = re.compile(r"\\(?:[uU][0-9A-Fa-f]{0,8}|.)", re.DOTALL)
CONTROLS: Final = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}
LAST_CODEPOINT: Final = 0x10FFFF
SURROGATES: Final = range(0xD800, 0xE000)

BASE = (
    "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f"
    "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
LATER = "\u00b7\u0300-\u036f\u203f\u2040"
UCHAR = r"\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}"
PLX = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%]"
CHAR = rf"(?:[{BASE}0-9_\-{LATER}]|{UCHAR})"
LOCAL = rf"(?:[{BASE}0-9_:]|{PLX}|{UCHAR})(?:[{BASE}0-9_:\-{LATER}]++|{PLX}|{UCHAR}|\.++(?={CHAR}|:|{PLX}))*+"
NAME = rf"[{BASE}0-9_\-{LATER}]++|{UCHAR}|\.++(?={CHAR})"
EXPONENT = r"[eE][+\-]?[0-9]++"

SKIPPED: Final = re.compile(r"(?:[ \t\r\n]++|#[^\r\n]*+)*+")
TOKEN: Final = re.compile(
    rf"""
    (?:[\ \t\r\n]++|\#[^\r\n]*+)*+
    (?:
      (?P<variable>[?$](?:[{BASE}0-9_]|{UCHAR})(?:[{BASE}0-9_{LATER}]++|{UCHAR})*+)
    | (?P<word>(?:[{BASE}]|{UCHAR})(?:{NAME})*+)(?::(?:{LOCAL})?+(?P<name>))?+
    | (?P<punctuation>\{{\||\|\}}|[{{}}()\[\];,])
    | (?P<default>:(?:{LOCAL})?+)
    | (?P<iri><(?:[^<>"{{}}|^`\\\x00-\x20]++|{UCHAR})*+>)
    | (?P<string>\"\"\"(?:[^"\\]++|\\.|"(?!""))*+\"\"\" | '''(?:[^'\\]++|\\.|'(?!''))*+'''
        | (?!\"\"\")"(?:[^"\\\r\n]++|\\.)*+" | (?!''')'(?:[^'\\\r\n]++|\\.)*+')
    | (?P<number>[0-9]++\.[0-9]*+{EXPONENT} | [0-9]*+\.[0-9]++(?:{EXPONENT})?+ | [0-9]++(?:{EXPONENT})?+)
    | (?P<operator>\^\^|&&|\|\||!=|<=|>=|[.<>=!?*/+\-|^&~])
    | (?P<blank>_:(?:[{BASE}0-9_]|{UCHAR})(?:{NAME})*+)
    | (?P<language>@[A-Za-z]++(?:-[A-Za-z0-9]++)*+(?:--[A-Za-z]++)?+)
    | (?P<end>\Z)
    )
    """,
    re.VERBOSE | re.DOTALL,
)


class LexicalError(RenkeiError):
    """The text holds something that is no token of SPARQL; ``line`` and ``column`` count from 1."""

    def __init__(self, message: str, line: int, column: int) -> None:
        self.line, self.column, self.reason = line, column, message
        super().__init__(f"line {line}, column {column}: {message}")


class Token(NamedTuple):
    """A token: its kind, its text as written, and the index of its first character.

    Kinds: ``iri``, ``name`` (prefixed), ``variable``, ``blank``, ``string``, ``language``, ``number``
    (without its sign), ``word`` (keywords, ``a``, ``true``, function names), ``punctuation`` (``{ } ( ) [ ]
    ; ,`` and ``{|`` ``|}``), ``operator`` (all others, the dot too).
    """

    kind: str
    text: str
    start: int

    @property
    def end(self) -> int:
        """The index behind the last character."""
        return self.start + len(self.text)

    @property
    def value(self) -> str:
        """What the token says: the IRI between its brackets, the string's content, the name without escapes.
        A variable, blank node or language tag is without its mark."""
        if self.kind == "string":
            width = 3 if self.text[:3] in ('"""', "'''") else 1
            return STRING_ESCAPE.sub(_character, self.text[width:-width])
        if self.kind == "iri":
            return unescape(self.text[1:-1])
        if self.kind == "name":
            return LOCAL_ESCAPE.sub(_character, self.text)
        marks = {"variable": 1, "language": 1, "blank": 2}.get(self.kind, 0)
        return unescape(self.text[marks:])


def tokens(text: str, *, lenient: bool = False) -> Iterator[Token]:
    """The tokens of a text in order, without white space and comments. Raises LexicalError when it comes to
    something that is none; ``lenient`` takes strings with escapes that are none, as ``unescape`` makes them.
    """
    end = 0
    while match := TOKEN.match(text, end):
        end = match.end()
        kind = match.lastgroup
        if kind == "end":
            return
        assert kind is not None
        if kind == "name":
            start = match.start("word")
        else:
            start = match.start(kind)
            if kind == "default":
                kind = "name"
            elif kind == "word" and "." in match["word"]:
                yield from _words(match["word"], start)
                continue
            elif kind == "string" and not lenient:
                _check(text, start, end)
        yield Token(kind, text[start:end], start)
    raise _error(text, end)


def unescape(text: str) -> str:
    """The text with every codepoint escape resolved (section 19.2)."""
    return CODEPOINT.sub(_character, text) if "\\" in text else text


def _character(match: re.Match[str]) -> str:
    if match.lastindex == 3:
        return CONTROLS.get(match[3], match[3])
    code = int(match[1] or match[2], 16)
    return match[0] if code > LAST_CODEPOINT or code in SURROGATES else chr(code)


def _words(text: str, start: int) -> Iterator[Token]:
    """What looked like the prefix of a name and has no colon: words with dots between them."""
    for piece in re.finditer(r"\.|[^.]+", text):
        yield Token("operator" if piece[0] == "." else "word", piece[0], start + piece.start())


def _check(text: str, start: int, end: int) -> None:
    """Raises LexicalError when a string has an escape that is none."""
    if text.find("\\", start, end) < 0:
        return
    right = RIGHT.match(text, start, end)
    shown = ESCAPE.match(text, right.end(), end) if right else None
    if shown:
        reason = f"{shown[0]} is no escape of a string: write two backslashes for one."
        raise LexicalError(reason, *position(text, shown.start()))


def _error(text: str, end: int) -> LexicalError:
    skipped = SKIPPED.match(text, end)
    start = skipped.end() if skipped else end
    character = text[start]
    if character in "\"'":
        reason = "a string is opened here and not closed."
    elif character == "\u3000":
        reason = "a full-width space stands outside of a string; use an ordinary one."
    else:
        reason = f"{character!r} is nothing that SPARQL knows here."
    return LexicalError(reason, *position(text, start))
