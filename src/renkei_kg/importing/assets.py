"""What the rows of a list of assets are about: an asset that is there already or a new one, what it is
called, and the designations that its classification and date come to."""

import re
from collections import Counter
from dataclasses import dataclass
from typing import Final

from renkei_kg.importing.checking import Row
from renkei_kg.importing.mapping import Mapping
from renkei_kg.importing.names import Named, Names
from renkei_kg.importing.report import ERROR, NOTE, WARNING, Report
from renkei_kg.importing.romaji import romanise, slug
from renkei_kg.namespaces import RDFS, RK

# The classes of the Act on Protection of Cultural Properties, and words of ordinances that follow it.
CATEGORIES: Final = {
    "国宝": "national treasure",
    "重要文化財": "important cultural property",
    "有形文化財": "tangible cultural property",
    "無形文化財": "intangible cultural property",
    "有形民俗文化財": "tangible folk cultural property",
    "無形民俗文化財": "intangible folk cultural property",
    "民俗文化財": "folk cultural property",
    "特別史跡": "special historic site",
    "史跡": "historic site",
    "特別名勝": "special place of scenic beauty",
    "名勝": "place of scenic beauty",
    "特別天然記念物": "special natural monument",
    "天然記念物": "natural monument",
    "記念物": "monument",
    "文化的景観": "cultural landscape",
    "伝統的建造物群": "group of traditional buildings",
    "文化財": "cultural property",
}
ACTS: Final = {"指定": "designation", "登録": "registration", "選定": "selection"}
LEVELS: Final = {
    "国": ("国", "national", "the national government"),
    "都道府県": ("都道府県", "prefectural", "a prefecture"),
    "市区町村": ("市区町村", "municipal", "a municipality"),
}
LONGEST_FIRST: Final = "|".join(sorted(CATEGORIES, key=len, reverse=True))
CLASSIFIED: Final = re.compile(
    r"(?P<level>国|.*?(?P<prefecture>都|道|府|県)|.*?(?P<municipality>[市区町村]))?(?:の|立)?"
    rf"(?P<act>{'|'.join(ACTS)})?(?P<category>{LONGEST_FIRST})(?:保存地区)?"
)


@dataclass(frozen=True)
class Scheme:
    """A scheme of designations: its name in IRIs, labels and definitions in both languages."""

    slug: str
    ja: str
    en: str
    definition_ja: str
    definition_en: str


def scheme(classification: str) -> Scheme | None:
    """The scheme that a classification such as 市指定史跡 names; None when its words are not the law's."""
    found = CLASSIFIED.fullmatch(classification)
    if not found:
        return None
    level = "市区町村" if found["municipality"] else "都道府県" if found["prefecture"] else found["level"]
    act, category = found["act"] or "指定", found["category"]
    english = CATEGORIES[category]
    if level not in LEVELS:
        return Scheme(
            f"{'' if act == '指定' else ACTS[act] + '-of-'}{slug(english)}",
            f"{'' if act == '指定' else act}{category}",
            f"{english[0].upper()}{english[1:]}"
            if act == "指定"
            else f"{ACTS[act].capitalize()} of {english}",
            f"{category}としての{act}。典拠の表は、どこによるものかを示していない。",
            f"{ACTS[act].capitalize()} as {english}; the source does not say by whom.",
        )
    ja, word, by = LEVELS[level]
    registered = "" if act == "指定" else f"-{ACTS[act]}"
    label = f"{word} {english}"
    return Scheme(
        f"{word}-{slug(english)}{registered}",
        f"{ja}{act}{category}",
        f"{label[0].upper()}{label[1:]}{f' ({ACTS[act]})' if registered else ''}",
        f"{ja}による{category}の{act}。",
        f"{ACTS[act].capitalize()} as {english} by {by}.",
    )


def settle(rows: list[Row], mapping: Mapping, names: Names, report: Report) -> list[Scheme]:
    """Completes the rows, and gives the schemes that they name. What cannot be settled stands in the
    report."""
    schemes: dict[str, Scheme] = {}
    for row in rows:
        cells = row.cells
        if not cells.get("name_ja"):
            continue
        existing = _existing(row, names)
        if existing:
            cells |= {"asset": existing.slug, "new": ""}
            report.say(
                NOTE,
                f"すでにある地域資源（{existing.slug}）に、この表の記述を加えます。",
                f"What the table says is added to the asset that is there ({existing.slug}).",
                row=row.number,
                value=cells["name_ja"],
            )
        else:
            _name(row, report)
            cells["new"] = "yes"
        for one in _designation(row, mapping, report):
            schemes[one.slug] = one
        cells["class"] = mapping.of
    _identify(rows, names, report)
    return [schemes[name] for name in sorted(schemes)]


def _existing(row: Row, names: Names) -> Named | None:
    """The asset of the sources that has this name and lies in this municipality."""
    place = names.project.thing(f"municipality/{row.cells.get('municipality', '')}")
    for one in names.find("Asset", row.cells["name_ja"]):
        if place in {value.value for value in names.values(one.iri, RK.municipality)}:
            return one
    return None


def _name(row: Row, report: Report) -> None:
    """The English name: as given, else the reading in Latin letters, which a note then says."""
    cells = row.cells
    if cells.get("name_en"):
        return
    if cells.get("kana"):
        cells["name_en"] = romanise(cells["kana"])
        cells["name_en_by"] = "reading"
        return
    report.say(
        ERROR,
        "英語の名前も、それを作るためのカタカナの読みもありません。どちらかを書いてください。",
        "There is neither an English name nor a reading in katakana to make one from: give one of them.",
        row=row.number,
        column="名称_カナ",
        value=cells["name_ja"],
    )


def _designation(row: Row, mapping: Mapping, report: Report) -> list[Scheme]:
    column = mapping.column("category")
    said = row.many(column) if column else []
    if not column or not said:
        return []
    found = [scheme(one) for one in said]
    for one, known in zip(said, found, strict=True):
        if known is None:
            report.say(
                WARNING,
                "文化財保護法の分類として読めないので、分類の語だけを残し、指定としては取り込みません。",
                "This is no classification of the law: its words are kept, but no designation is made of it.",
                row=row.number,
                column=column.headers[0],
                value=one,
            )
    if row.cells.get("designated_on") and len(said) > 1:
        report.say(
            WARNING,
            "分類が二つ以上あり、指定日がどれのものか分からないので、指定としては取り込みません。",
            "There are several classifications and one date, and no telling whose: no designation is made.",
            row=row.number,
            column=column.headers[0],
            value=";".join(said),
        )
        return []
    if not row.cells.get("designated_on") or found[0] is None:
        return []
    row.cells |= {"scheme": found[0].slug, "scheme_ja": found[0].ja, "scheme_en": found[0].en}
    return [found[0]]


def _identify(rows: list[Row], names: Names, report: Report) -> None:
    """Names for the IRIs of new assets: the code of the municipality and the English name; where two would be
    the same, the number of the list too."""
    new = [row for row in rows if row.cells.get("new") and row.cells.get("name_en")]

    def plain(row: Row) -> str:
        return f"{row.cells.get('municipality', '')}-{slug(row.cells['name_en'])}".strip("-")

    often = Counter(plain(row) for row in new)
    taken: dict[str, int] = {}
    for row in new:
        name = plain(row)
        if often[name] > 1 or _has_a_name(name, names):
            name = f"{name}-{slug(row.cells.get('id', '')) or 'x'}"
        if name in taken or _has_a_name(name, names):
            where_ja = f"{taken[name]}行目" if name in taken else "データ"
            where_en = f"Row {taken[name]}" if name in taken else "The data"
            report.say(
                ERROR,
                f"{where_ja}と同じ名前で、NO（ID）でも区別できません。",
                f"{where_en} has the same name, and no number (NO, ID) tells them apart.",
                row=row.number,
                value=row.cells["name_ja"],
            )
        taken[name] = row.number
        row.cells["asset"] = name
    _once(rows, report)


def _has_a_name(asset: str, names: Names) -> bool:
    """Whether another source calls an asset something. One that says more of it without a name, such as a
    list in which it stands too, means the asset that this table brings."""
    return bool(names.values(names.project.thing(f"asset/{asset}"), RDFS.label))


def _once(rows: list[Row], report: Report) -> None:
    """An asset that is there already stands in one row."""
    seen: dict[str, int] = {}
    for row in rows:
        name = row.cells.get("asset", "")
        if name and not row.cells.get("new") and name in seen:
            report.say(
                ERROR,
                f"{seen[name]}行目と同じものです。一つにまとめてください。",
                f"Row {seen[name]} is about the same thing: make one row of both.",
                row=row.number,
                value=row.cells["name_ja"],
            )
        seen.setdefault(name, row.number)
