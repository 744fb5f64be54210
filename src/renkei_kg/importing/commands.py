"""``renkei-kg import`` and ``renkei-kg init``. Only modules of commands print and exit."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from renkei_kg.plainly import EXIT_VIOLATIONS, language, plainly, project_option


def _projects(root: Path) -> Any:
    from renkei_kg.project import open_project

    return open_project(root)


@click.command("import")
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--mapping",
    "by",
    default="projects",
    show_default=True,
    help="What the table is: projects, cultural-properties (文化財一覧), tourist-facilities (観光施設一覧), "
    "public-facilities (公共施設一覧), or a .toml file of your own (docs/import.md).",
)
@click.option("--name", help="The name of its folder below data/imports. [default: from the name of FILE]")
@click.option("--sheet", help="The sheet of a workbook. [default: the one whose headers fit best]")
@click.option("--title", help="What the table is called, in Japanese.")
@click.option("--title-en", help="What the table is called, in English.")
@click.option("--publisher", help="Who made and published it. [default: the municipality of all its rows]")
@click.option("--publisher-en", help="The publisher in English, when the data does not have it yet.")
@click.option("--date", help="When it was published.")
@click.option("--licence", help="Under which terms: CC BY 4.0, CC0 …, or the address of a licence.")
@click.option("--url", help="The page on which it is published.")
@click.option("--dry-run", is_flag=True, help="Check all of it and write nothing.")
@click.option("--replace", is_flag=True, help="Take the place of an earlier import of the same name.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How the report is printed.",
)
@click.option(
    "--lang", type=click.Choice(["ja", "en"]), help="The language of the report. [default: by the locale]"
)
@click.option(
    "--template",
    type=click.Choice(["projects"]),
    help="Write an empty table to fill in, instead of importing one.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file of the template: .xlsx or .csv.",
)
@project_option
@plainly
def bring(
    file: Path | None,
    by: str,
    dry_run: bool,
    replace: bool,
    form: str,
    lang: str | None,
    template: str | None,
    output: Path | None,
    root: Path,
    **options: str | None,
) -> None:
    """Bring a table (CSV or Excel) into data/imports, checked row by row and by the shapes.

    All of it is written or nothing: an error in one row, or a violation of a shape, and the project stays as
    it was (exit code 1). The same file a second time changes nothing.

    \b
    renkei-kg import --template projects -o projects.xlsx
    renkei-kg import projects.xlsx --licence 'CC BY 4.0'
    renkei-kg import list.csv --mapping cultural-properties --licence 'CC BY 4.0'
    """
    if template:
        if file or output is None:
            raise click.UsageError("--template goes with -o FILE.xlsx or FILE.csv, and no FILE to import.")
        _template(root, output)
        return
    if file is None:
        raise click.UsageError("Name the FILE to import, or --template projects -o FILE.xlsx.")
    from renkei_kg.importing import making, putting
    from renkei_kg.importing.report import Report

    project, report, tongue = _projects(root), Report(), lang or language()
    made = making.make(project, file, by, options, report)
    folder = putting.place(project, made)
    outcome = "failed"
    if not report.fails and putting.same(project, made):
        outcome = "unchanged"
    elif not report.fails:
        if not (replace or dry_run):
            putting.refuse_to_replace(project, made)
        putting.check(project, made, report)
        if not report.fails:
            outcome = "checked" if dry_run else "imported"
    if outcome == "imported":
        putting.put(project, made)
    counts = {one: report.count(one) for one in ("error", "warning", "note")}
    if form == "json":
        result = {"outcome": outcome, "folder": folder.as_posix(), "rows": made.rows, **counts}
        click.echo(json.dumps(report.as_json(result), ensure_ascii=False, indent=2))
    else:
        click.echo(report.text(tongue), nl=False)
        click.echo(OUTCOMES[tongue][outcome].format(rows=made.rows, folder=folder, **counts))
    sys.exit(EXIT_VIOLATIONS if report.fails else 0)


OUTCOMES = {
    "ja": {
        "imported": "{rows}行を取り込みました: {folder}（注意 {warning}件）",
        "checked": "{rows}行を取り込めます: {folder}（注意 {warning}件）。何も書いていません。",
        "unchanged": "{rows}行はすでに取り込まれています: {folder}。何も変わりません。",
        "failed": "エラーが{error}件あります。何も書いていません。",
    },
    "en": {
        "imported": "imported {rows} rows: {folder} ({warning} warnings)",
        "checked": "{rows} rows can be imported: {folder} ({warning} warnings). Nothing was written.",
        "unchanged": "{rows} rows are imported already: {folder}. Nothing changes.",
        "failed": "{error} errors. Nothing was written.",
    },
}


def _template(root: Path, output: Path) -> None:
    from renkei_kg.importing import template

    template.write(_projects(root), output)
    click.echo(f"{output}")


def _asked(name: str, ja: str, en: str, **more: Any) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """An option that is asked for when it is not given."""
    return click.option(f"--{name}", prompt=f"{ja} / {en}", help=f"{en}.", **more)


@click.command("init")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@_asked("base", "IRIの始まり（/ で終わる）", "What every IRI of the graph begins with (ends in a slash)")
@_asked("name", "短い名前（a-z）", "A short name of the graph, in letters a to z")
@_asked("prefecture", "都道府県の名前", "The prefecture's name in Japanese, such as 山梨県")
@_asked("prefecture-en", "都道府県の英語名", "The prefecture's name in English")
@_asked("kana", "都道府県の読み（カタカナ）", "The reading of its name in katakana")
@_asked("code", "団体コード（6桁）", "Its local government code of six digits")
@_asked("website", "都道府県のウェブサイト", "The address of its website")
@_asked("publisher", "グラフを公開する組織", "Who publishes the graph, in Japanese")
@_asked("publisher-en", "同じく英語名", "Who publishes the graph, in English")
@_asked(
    "licence",
    "ライセンス",
    "The licence: CC BY 4.0, CC0 …, or its address",
    default="CC BY 4.0",
    show_default=True,
)
@plainly
def init(folder: Path, **answers: str) -> None:
    """Start another prefecture's graph in FOLDER: settings, README, and sources that build at once.

    It uses the ontology, rules, themes and shapes that come with renkei-kg. What is not given as an option is
    asked for. docs/tutorial.md goes on from here.
    """
    from renkei_kg.importing import starting

    made = starting.start(folder, starting.Prefecture(**answers))
    for path in made:
        click.echo(path.as_posix())
