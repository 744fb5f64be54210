"""The forms of cells by type: each takes what a cell says and gives it in the one form that is kept, or says
what is wrong with it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from rapidfuzz import fuzz, process

from renkei_kg.importing import values
from renkei_kg.importing.header import alike
from renkei_kg.importing.mapping import Column
from renkei_kg.importing.names import Names
from renkei_kg.importing.report import ERROR, WARNING
from renkei_kg.importing.romaji import katakana, slug

KANA: Final = re.compile("[ァ-ヺー・]+( [ァ-ヺー・]+)*")
JAPANESE: Final = re.compile("[\u3041-\u30ff\u3400-\u9fff]")
CLASSES: Final = {
    "Bureau": ("振興局など、進める組織", "bureau"),
    "CooperationArea": ("連携地域", "cooperation area"),
    "Municipality": ("市町村", "municipality"),
    "Policy": ("政策方針", "policy"),
    "Subprefecture": ("振興局の区域", "subprefecture"),
    "Theme": ("テーマ", "theme"),
}


@dataclass(frozen=True)
class Problem:
    """What is wrong with a cell, in both languages, and what would be right and is nearest."""

    ja: str
    en: str
    nearest: str | None = None
    severity: str = ERROR


Form = Callable[[str, Column, Names], "str | Problem"]


def text(said: str, column: Column, names: Names) -> str | Problem:  # noqa: ARG001 (a form)
    """Any words, on one line."""
    return values.line(said)


def kana(said: str, column: Column, names: Names) -> str | Problem:  # noqa: ARG001 (a form)
    """A reading in katakana; one with other signs is left out."""
    found = katakana(said)
    if KANA.fullmatch(found):
        return found
    return Problem(
        "カタカナだけの読みではないので、読みは取り込みません。",
        "This is no reading in katakana alone: it is not imported.",
        severity=WARNING,
    )


def english(said: str, column: Column, names: Names) -> str | Problem:  # noqa: ARG001 (a form)
    """Words in Latin letters."""
    found = " ".join(values.narrow(said).split())
    if JAPANESE.search(found) or not re.search("[A-Za-z]", found):
        return Problem("英語で書いてください。", "Write this in English.")
    return found


def identifier(said: str, column: Column, names: Names) -> str | Problem:  # noqa: ARG001 (a form)
    """A name for IRIs."""
    found = values.narrow(said).lower()
    if found and found == slug(found):
        return found
    return Problem(
        "識別子は、半角の小文字と数字を - でつないで書いてください（48字まで）。",
        "An identifier has small letters and digits, with hyphens between, at most 48.",
        slug(found) or None,
    )


def choice(said: str, column: Column, names: Names) -> str | Problem:  # noqa: ARG001 (a form)
    """One of the words that a column takes, as the value that it stands for."""
    by_key = {alike(word): value for word, value in column.values.items()}
    if alike(said) in by_key:
        return by_key[alike(said)]
    words = list(column.values)
    near = process.extractOne(said, words, scorer=fuzz.ratio)
    return Problem(
        f"次のどれかを書いてください: {'、'.join(words)}",
        f"Write one of these: {', '.join(words)}",
        near[0] if near and near[1] else None,
    )


def thing(said: str, column: Column, names: Names) -> str | Problem:
    """The name of a thing of the project, as the last part of its IRI; one of another graph by its IRI."""
    found = names.find(column.of, said)
    if len(found) == 1:
        own = names.reference(found[0].iri)
        return own if ":" in own else found[0].slug
    ja, en = CLASSES.get(column.of, (column.of, column.of))
    if found:
        several = "、".join(one.ja for one in found[:5])
        return Problem(
            f"どの{ja}か分かりません（{several}）。名前を全部書いてください。",
            f"Which {en} this is cannot be told ({several}): write the whole name.",
        )
    return Problem(
        f"データにある{ja}の名前ではありません。",
        f"The data has no {en} of this name.",
        names.nearest(column.of, said),
    )


def _read(read: Callable[[str], str | None], ja: str, en: str) -> Form:
    def form(said: str, column: Column, names: Names) -> str | Problem:  # noqa: ARG001 (a form)
        found = read(said)
        return Problem(ja, en) if found is None else found

    return form


NUMBER: Final = _read(values.number, "数ではありません。", "This is no number.")
FORMS: Final[dict[str, Form]] = {
    "text": text,
    "kana": kana,
    "english": english,
    "slug": identifier,
    "choice": choice,
    "thing": thing,
    "date": _read(
        values.date,
        "日付ではありません。2024-04-01、2024/4/1、令和6年4月1日、R6.4.1 などの形で書いてください。",
        "This is no date: write 2024-04-01, 2024/4/1, 令和6年4月1日 or R6.4.1.",
    ),
    "fiscal-year": _read(
        values.fiscal_year,
        "年度ではありません。令和7年度、R7、2025 などの形で書いてください。",
        "This is no fiscal year: write 令和7年度, R7 or 2025.",
    ),
    "url": _read(
        values.url,
        "アドレスではありません。https:// から始まるASCII文字で一つだけ書いてください。",
        "This is no address: write one, from https:// on, in ASCII characters.",
    ),
    "number": NUMBER,
    "latitude": NUMBER,
    "longitude": NUMBER,
}
