"""The scanner of SPARQL texts: every kind of token, where readings could differ, and linear time."""

import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renkei_kg.lexer import LexicalError, Token, tokens, unescape

TOKENS = [
    ("iri", "<https://w3id.org/renkei/text#query>", "https://w3id.org/renkei/text#query"),
    ("iri", "<>", ""),
    ("iri", r"<https://example.org/\u0041>", "https://example.org/A"),
    ("name", "rk:Project", "rk:Project"),
    ("name", ":", ":"),
    ("name", "rk:", "rk:"),
    ("name", ":label", ":label"),
    ("name", "a.b:c.d", "a.b:c.d"),
    ("name", r"ex:a\,b\.c\-d\#e", "ex:a,b.c-d#e"),
    ("name", "ex:a%20b", "ex:a%20b"),
    ("name", "ex:1:2:", "ex:1:2:"),
    ("name", "連携:地域", "連携:地域"),
    ("name", r"ex:\u0041bc", "ex:Abc"),
    ("variable", "?地域", "地域"),
    ("variable", "$x1", "x1"),
    ("blank", "_:b1.c", "b1.c"),
    ("language", "@ja-Hrkt", "ja-Hrkt"),
    ("language", "@en--ltr", "en--ltr"),
    ("string", '"日本遺産「炭鉄港」"', "日本遺産「炭鉄港」"),
    ("string", r'"a\"b\\c\td"', 'a"b\\c\td'),
    ("string", r"'it\'s'", "it's"),
    ("string", '""', ""),
    ("string", '"""a "quoted" word\nand a line"""', 'a "quoted" word\nand a line'),
    ("string", "'''it's''s'''", "it's''s"),
    ("string", '"""a\\""""', 'a"'),
    ("string", r'"\u0041\U00020BB7"', "A\U00020bb7"),
    ("string", r'"\\u0041"', r"\u0041"),
    ("number", "10", "10"),
    ("number", "1.5", "1.5"),
    ("number", ".5", ".5"),
    ("number", "1.e5", "1.e5"),
    ("number", "2.5E-3", "2.5E-3"),
    ("word", "SELECT", "SELECT"),
    ("word", r"S\u0045LECT", "SELECT"),
    *(("punctuation", mark, mark) for mark in "{ } ( ) [ ] ; , {| |}".split()),
    *(("operator", mark, mark) for mark in "^^ && || != <= >= . < > = ! ? * / + - | ^ & ~".split()),
]


@pytest.mark.parametrize(("kind", "text", "value"), TOKENS, ids=[text for _, text, _ in TOKENS])
def test_a_token_is_read_whole_and_says_its_value(kind: str, text: str, value: str) -> None:
    (token,) = tokens(f" \n{text}\t# a comment with ?x and <http://example.org/>")
    assert token == (kind, text, 2)
    assert token.value == value
    assert token.end == 2 + len(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("?a<?b && ?c>?d", "?a < ?b && ?c > ?d"),
        ("?a<<http://example.org/>", "?a < <http://example.org/>"),
        ("?s<http://example.org/p>?o", "?s <http://example.org/p> ?o"),
        ("<<?s ?p ?o>>", "< < ?s ?p ?o > >"),
        ("ex:a.ex:b..", "ex:a.ex:b . ."),
        ("ex:a.", "ex:a ."),
        (r"ex:a\..", r"ex:a\. ."),
        ("?s a true.FILTER(?x)", "?s a true . FILTER ( ?x )"),
        ("5.", "5 ."),
        ("5.?s", "5 . ?s"),
        ("?x-1", "?x - 1"),
        (":p?/^:q*|!(:r+)", ":p ? / ^ :q * | ! ( :r + )"),
        ('"a"^^xsd:string', '"a" ^^ xsd:string'),
        ("'a''b'", "'a' 'b'"),
        ('"""a""" "b"', '"""a""" "b"'),
        ("_:a.", "_:a ."),
        ("{?s ?p ?o{|?a ?b|}}", "{ ?s ?p ?o {| ?a ?b |} }"),
        ("?x#comment\n?y", "?x ?y"),
        ("<#a>#b", "<#a>"),
        ("COUNT(*)", "COUNT ( * )"),
    ],
)
def test_neighbours_are_told_apart(text: str, expected: str) -> None:
    assert " ".join(token.text for token in tokens(text)) == expected


@pytest.mark.parametrize(
    ("text", "line", "column", "words"),
    [
        ('SELECT\n  "abc', 2, 3, "not closed"),
        ('"""abc" SERVICE <http://example.org/>', 1, 1, "not closed"),
        ("'''a''", 1, 1, "not closed"),
        ('"a\nb"', 1, 1, "not closed"),
        ("?s　?p", 1, 3, "full-width space"),
        ("?s \\ ?p", 1, 4, "nothing that SPARQL knows"),
        ("?s\n# c\n`", 3, 1, "nothing that SPARQL knows"),
        (r'?s ?p "a\q"', 1, 9, r"\\q is no escape"),
        ('"""a\n\\\n"""', 2, 1, "is no escape"),
        (r"'\'\\\t' '\u12'", 1, 11, r"\\u12 is no escape"),
        (r'"""\u00e9 \uD800"""', 1, 11, r"\\uD800 is no escape"),
        (r"'\U0000DFFF'", 1, 2, r"\\U0000DFFF is no escape"),
        (r"'\U00110000'", 1, 2, r"\\U00110000 is no escape"),
        (r"'\x41'", 1, 2, r"\\x is no escape"),
    ],
)
def test_what_is_no_token_is_an_error_with_its_place(text: str, line: int, column: int, words: str) -> None:
    with pytest.raises(LexicalError, match=words) as caught:
        list(tokens(text))
    assert (caught.value.line, caught.value.column) == (line, column)


def test_every_escape_of_a_string_is_taken() -> None:
    (token,) = tokens(r""" '\t\b\n\r\f\"\'\\\u5730\uD7FF\uE000\U00000041\U0010FFFF' """)
    assert token.value == "\t\b\n\r\f\"'\\地\ud7ff\ue000A\U0010ffff"


def test_escapes_that_are_none_can_be_passed_over() -> None:
    (token,) = tokens(r"'\q\uD800'", lenient=True)
    assert token.text == r"'\q\uD800'"


def test_codepoint_escapes_can_be_resolved_first_and_what_is_no_character_stays() -> None:
    assert unescape(r"\u0053ERVICE \U0001F600 \uD800 \U00110000 \u12") == (
        "SERVICE \U0001f600 \\uD800 \\U00110000 \\u12"
    )


def test_an_escaped_backslash_hides_nothing_from_the_two_readings() -> None:
    text = r'{ VALUES ?x { "\u005C" } SERVICE <http://example.org/> {} FILTER(?x = "") }'
    assert "SERVICE" in [token.value for token in tokens(text)]
    text = r'{ VALUES ?x { "\u0022 } SERVICE <http://example.org/> {} #" } }'
    assert "SERVICE" not in [token.value for token in tokens(text)]
    assert "SERVICE" in [token.value for token in tokens(unescape(text))]


@given(st.text("?<>a:.{}\"'\\#_@^1-u0 \n地", max_size=60))
def test_tokens_give_the_text_back_or_an_error(text: str) -> None:
    try:
        found = list(tokens(text, lenient=True))
    except LexicalError:
        return
    end = 0
    for token in found:
        assert isinstance(token, Token)
        assert text[token.start : token.end] == token.text
        between = text[end : token.start]
        assert between.strip(" \t\r\n") == "" or "#" in between
        end = token.end


HOSTILE = '{ a. a:b. . a:. """\\ <a < " \'\'\' _:a. \\u0041 %41 1 1. 1e @a- ? ?a - a- : #\n \'\\\' a\\,. "\\"'.split(
    " "
)


@pytest.mark.parametrize("unit", HOSTILE)
def test_anything_is_read_in_linear_time(unit: str) -> None:
    text = unit * (100_000 // len(unit))
    for start in ("", '"""', "<", "a:", "_:a"):
        started = time.perf_counter()
        with suppress(LexicalError):
            for _ in tokens(start + text):
                pass
        assert time.perf_counter() - started < 3, "a tenth of a second is usual; quadratic time takes minutes"
