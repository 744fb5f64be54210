"""What the rows of a year's projects are about: a project that is there already or a new one, and the
initiative of the fiscal year, each with the name that its IRI has."""

from dataclasses import dataclass
from typing import Final

from pyoxigraph import Literal, NamedNode

from renkei_kg.importing import values
from renkei_kg.importing.checking import Row
from renkei_kg.importing.mapping import Mapping
from renkei_kg.importing.names import Named, Names, key
from renkei_kg.importing.report import ERROR, NOTE, Report
from renkei_kg.importing.romaji import title_slug
from renkei_kg.namespaces import RK

BUREAUS: Final = "bureau"


@dataclass
class _New:
    """A project that the table brings: its name in IRIs and the row that brought it."""

    slug: str
    row: Row


def settle(rows: list[Row], mapping: Mapping, names: Names, report: Report) -> None:
    """Completes the rows: the project and initiative each is about, what is new, the policy that the year
    falls under, labels. What cannot be settled stands in the report."""
    new: dict[tuple[str, str, str], _New] = {}
    taken: dict[str, int] = {}
    for row in rows:
        cells = row.cells
        if not cells.get("title_ja") or not cells.get("year"):
            continue
        cells["policy"] = cells.get("policy") or _policy(row, names, report)
        existing = _existing(row, names)
        if existing:
            _join(row, existing, names, report)
        else:
            _begin(row, mapping, new, names, report)
        _initiative(row, mapping, rows, taken, names, report)


def _policy(row: Row, names: Names, report: Report) -> str:
    """The one policy that is in force when the fiscal year begins."""
    begins = f"{row.cells['year']}-04"
    found = [one for one in names.all("Policy") if _in_force(one, begins, names)]
    if len(found) == 1:
        return found[0].slug
    several = "、".join(one.ja for one in found)
    report.say(
        ERROR,
        f"この年度の政策方針が一つに決まりません（{several or 'なし'}）。「方針」の列に書いてください。",
        f"The policy of this fiscal year cannot be told ({several or 'none'}): write it in the column 方針.",
        row=row.number,
        column="方針",
        value=row.cells["year"],
    )
    return ""


def _in_force(policy: Named, month: str, names: Names) -> bool:
    def first(iri: str, predicate: NamedNode) -> str:
        return min(
            (one.value for one in names.values(iri, predicate) if isinstance(one, Literal)), default=""
        )

    start, end = first(policy.iri, RK.startDate), first(policy.iri, RK.endDate)
    later = [one.value for one in names.values(policy.iri, RK.successor) if isinstance(one, NamedNode)]
    ends = [end[:7]] if end else []
    begun = bool(start) and start[:7] <= month[: len(start)]
    replaced = any(first(one, RK.startDate)[:7] <= month for one in later if first(one, RK.startDate))
    return begun and not replaced and all(month[: len(one)] <= one for one in ends)


def _existing(row: Row, names: Names) -> Named | None:
    """The project of the sources that a row continues: the same title, under the same policy, and in the same
    area where both say one."""
    for one in names.find("Project", row.cells["title_ja"]):
        policies = {value.value for value in names.values(one.iri, RK.policy)}
        areas = {value.value for value in names.values(one.iri, RK.area)}
        policy = names.project.thing(f"policy/{row.cells['policy']}")
        area = names.project.thing(f"area/{row.cells.get('area', '')}")
        if policy in policies and (not row.cells.get("area") or not areas or area in areas):
            return one
    return None


def _join(row: Row, project: Named, names: Names, report: Report) -> None:
    cells = row.cells
    areas = [value.value for value in names.values(project.iri, RK.area)]
    cells |= {"project": project.slug, "title_ja": project.ja, "title_en": project.en, "new": ""}
    cells["area"] = areas[0].rsplit("/", 1)[-1] if areas else cells.get("area", "")
    report.say(
        NOTE,
        f"すでにあるプロジェクト（{project.slug}）に、この年度の取組を加えます。",
        f"An initiative is added to the project that is there ({project.slug}).",
        row=row.number,
        column="プロジェクト名",
        value=project.ja,
    )


def _begin(
    row: Row, mapping: Mapping, new: dict[tuple[str, str, str], _New], names: Names, report: Report
) -> None:
    cells = row.cells
    for name, what in (("title_en", "英語のプロジェクト名"), ("area", "連携地域"), ("kind", "種類")):
        column = mapping.column(name)
        if not cells.get(name) and column:
            report.say(
                ERROR,
                f"新しいプロジェクトには{what}が必要です。",
                f"A new project needs its {name.replace('_', ' ')} (column {column.headers[0]}).",
                row=row.number,
                column=column.headers[0],
            )
    wanted = (key(cells["title_ja"]), cells["policy"], cells.get("area", ""))
    if wanted in new:
        first = new[wanted].row.cells
        for name in ("title_en", "kana", "kind"):
            if cells.get(name) and first.get(name) and cells[name] != first[name]:
                report.say(
                    ERROR,
                    f"{new[wanted].row.number}行目の同じプロジェクトと違います。",
                    f"Row {new[wanted].row.number} has the same project and says otherwise.",
                    row=row.number,
                    column=column.headers[0] if (column := mapping.column(name)) else None,
                    value=cells[name],
                )
            cells[name] = first.get(name, "") or cells.get(name, "")
    else:
        new[wanted] = _New(_own_slug(row, new, names), row)
    cells |= {"project": new[wanted].slug, "new": "yes"}


def _own_slug(row: Row, new: dict[tuple[str, str, str], _New], names: Names) -> str:
    """A name that no other project has: the one given, or from the English title."""
    cells = row.cells
    name = cells.get("project") or title_slug(cells.get("title_en", "")) or f"row-{row.number}"
    used = {one.slug for one in new.values()}
    tries = [name, f"{name}-{cells.get('area', '')}", f"{name}-{cells['policy']}", f"{name}-{cells['year']}"]
    free = [one for one in tries if one not in used and not names.described(f"project/{one}")]
    return free[0] if free else f"{name}-{row.number}"


def _initiative(
    row: Row, mapping: Mapping, rows: list[Row], taken: dict[str, int], names: Names, report: Report
) -> None:
    cells = row.cells
    column = mapping.column(BUREAUS)
    bureaus = row.many(column) if column else []
    shared = [
        one
        for one in rows
        if one is not row
        and key(one.cells.get("title_ja", "")) == key(cells["title_ja"])
        and one.cells.get("year") == cells["year"]
    ]
    slug = f"{cells['project']}-{cells['year']}"
    if shared and bureaus:
        slug += f"-{bureaus[0]}"
    cells["initiative"] = slug
    year = int(cells["year"])
    cells["label_ja"] = f"{cells['title_ja']}（{values.era_year(year)}年度）"
    cells["label_en"] = f"{cells.get('title_en', '')} (FY{year})"
    if slug in taken:
        report.say(
            ERROR,
            f"{taken[slug]}行目と同じプロジェクト、年度、振興局です。一つにまとめてください。",
            f"Row {taken[slug]} has the same project, fiscal year and bureau: make one row of both.",
            row=row.number,
            value=cells["title_ja"],
        )
    elif names.described(f"initiative/{slug}"):
        report.say(
            ERROR,
            f"この年度の取組（{slug}）は、すでにデータにあります。行を除くか、元のファイルを直してください。",
            f"The data has this year's initiative already ({slug}): leave the row out, or edit its file.",
            row=row.number,
            value=cells["title_ja"],
        )
    taken[slug] = row.number
