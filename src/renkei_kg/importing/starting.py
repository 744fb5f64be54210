"""Starts another prefecture's graph: a folder with settings, a README and sources that build at once, on the
ontology and shapes that come with the package."""

import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Final

from renkei_kg.importing import values
from renkei_kg.importing.about import text
from renkei_kg.importing.forms import KANA
from renkei_kg.importing.origin import LICENCES
from renkei_kg.importing.report import ImportFailed
from renkei_kg.importing.romaji import katakana
from renkei_kg.project import ProjectError, open_project
from renkei_kg.textfile import read_text

SKELETON: Final = Path(__file__).parent / "skeleton"
GAP: Final = re.compile("@@([a-z_]+)@@")
RENAMED: Final = {"gitignore": ".gitignore"}


@dataclass(frozen=True)
class Prefecture:
    """What is asked of who starts a graph: its base IRI and short name, the prefecture's names, reading and
    code, its page, and who publishes the graph under which licence."""

    base: str
    name: str
    prefecture: str
    prefecture_en: str
    kana: str
    code: str
    website: str
    publisher: str
    publisher_en: str
    licence: str


def start(folder: Path, said: Prefecture) -> list[Path]:
    """Makes the folder, and gives the files in it. Raises ImportFailed when it holds something already or an
    answer cannot be used; then nothing is left behind."""
    if folder.exists() and any(folder.iterdir()):
        raise ImportFailed(
            f"{folder} は空ではありません。新しいフォルダーの名前を指定してください。",
            f"{folder} is not empty: name a new folder.",
        )
    filled = {
        Path(RENAMED.get(path.name, path.name) if path.parent == SKELETON else path.relative_to(SKELETON)): (
            _fill(read_text(path), _gaps(said))
        )
        for path in sorted(SKELETON.rglob("*"))
        if path.is_file()
    }
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".", dir=folder.parent) as name:
        new = Path(name) / "new"
        for path, content in filled.items():
            (new / path).parent.mkdir(parents=True, exist_ok=True)
            (new / path).write_text(content, encoding="utf-8")
        try:
            open_project(new)
        except ProjectError as error:
            raise ProjectError(str(error).replace(f"{new}/", "")) from None
        new.rename(folder)
    return [folder / path for path in filled]


def _fill(template: str, gaps: Mapping[str, str]) -> str:
    return GAP.sub(lambda gap: gaps[gap[1]], template)


def _gaps(said: Prefecture) -> dict[str, str]:
    """What goes into the gaps of the skeleton; names that end in ``_ttl`` are literals of Turtle."""
    answers = {item.name: getattr(said, item.name).strip() for item in fields(said)}
    for name, answer in answers.items():
        if not answer or "\n" in answer:
            raise ImportFailed(
                f"{name} を一行で書いてください。", f"{name} is missing: write it on one line."
            )
    code = values.narrow(answers["code"])
    if not values.is_code(code) or code[2:5] != "000":
        raise ImportFailed(
            f"{code} は都道府県の団体コード（検査数字を含む6桁）ではありません。",
            f"{code} is no prefecture's code (six digits, the last a check digit).",
        )
    if values.url(answers["website"]) is None:
        raise ImportFailed(
            "website は https:// から、ASCII文字で書いてください。",
            "website is an address, from https:// on, in ASCII characters.",
        )
    licence = LICENCES.get(answers["licence"]) or values.url(answers["licence"])
    if licence is None:
        known = ", ".join(LICENCES)
        raise ImportFailed(
            f"licence は次のどれかか、アドレスです: {known}",
            f"licence is one of these, or an address: {known}",
        )
    ja, en = answers["prefecture"], answers["prefecture_en"]
    kana = katakana(answers["kana"])
    if not KANA.fullmatch(kana):
        raise ImportFailed("kana は読みをカタカナで書いてください。", "kana is the reading in katakana.")
    gaps = answers | {
        "licence": licence,
        "five": code[:5],
        "code": code,
        "title_ja": f"{ja}の地域政策プロジェクト",
    }
    said_of = {
        "title_ja": (f"{ja}の地域政策プロジェクト", "ja"),
        "title_en": (f"Regional-policy projects of {en}", "en"),
        "description_ja": (
            f"{ja}の地域政策のプロジェクトと年度ごとの取組を、地域、テーマ、地域資源と結び、どの記述にも典拠を添えた知識グラフ。",
            "ja",
        ),
        "description_en": (
            f"The regional-policy projects of {en} and what they do each fiscal year, linked with regions, "
            "themes and assets; every statement carries its source.",
            "en",
        ),
        "publisher": (answers["publisher"], "ja"),
        "publisher_en": (answers["publisher_en"], "en"),
        "prefecture": (ja, "ja"),
        "prefecture_en": (en, "en"),
        "kana": (kana, "ja-Hrkt"),
        "government": (f"{ja}（行政）", "ja"),
        "government_en": (f"Government of {en}", "en"),
    }
    return gaps | {f"{name}_ttl": text(*literal) for name, literal in said_of.items()}
