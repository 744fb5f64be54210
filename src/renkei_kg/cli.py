"""The command line: build, validate, query, export, serve, ``snapshots`` (``versions/commands.py``) and
``tokens`` (``write/tokencommands.py``).

Only these modules print and exit.
"""

import os
import shutil
import sys
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import click

from renkei_kg import __version__
from renkei_kg.fetching.commands import checksum, fetch
from renkei_kg.importing.commands import bring, init
from renkei_kg.loading.commands import load
from renkei_kg.plainly import (
    EXIT_VIOLATIONS,
    language,
    plainly,
    project_option,
    settings,
    snapshots_folder,
    snapshots_option,
)
from renkei_kg.publishing.commands import engine as engine_group
from renkei_kg.publishing.commands import publish
from renkei_kg.textfile import decode, read_text
from renkei_kg.versions.commands import snapshots as snapshots_group
from renkei_kg.write.tokencommands import tokens as tokens_group


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="renkei-kg")
def main() -> None:
    """Renkei KG (連携KG): compile, check, query and serve a graph of regional-cooperation projects.

    Exit codes: 0 done, 1 the shapes found violations, 2 an error, 130 stopped by
    Ctrl-C, 141 nobody reads the output any more.
    """


@main.command()
@project_option
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder that snapshots go into. [default: RENKEI_SNAPSHOTS or build/snapshots]",
)
@click.option(
    "--without-written", is_flag=True, help="Leave out what was written over HTTP, and its history."
)
@plainly
def build(root: Path, out: Path | None, without_written: bool) -> None:
    """Compile the sources into a snapshot and make it the current one.

    The snapshot stands in its own folder, to which OUT/current points: store/, dumps/, report/ and
    manifest.json. Graphs that were written over HTTP are taken over from the current one and checked with
    the sources. A violation of a shape stops the build; the previous snapshot stays.
    """
    from renkei_kg.compile import pipeline
    from renkei_kg.project import open_project

    folder = snapshots_folder(out)
    try:
        made = pipeline.build(open_project(root), folder, _progress, keep_written=not without_written)
    except pipeline.Invalid as invalid:
        click.echo(invalid.report.text(language()), nl=False)
        click.echo(f"renkei-kg: {invalid}", err=True)
        sys.exit(EXIT_VIOLATIONS)
    manifest = made.manifest
    click.echo(f"snapshot {made.path}")
    click.echo(f"{manifest['triples']} triples in {len(manifest['graphs'])} graphs")
    click.echo(f"content sha256 {manifest['content_sha256']}")


@main.command()
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--as",
    "name",
    help="The project's file that FILE stands in for, such as data/regions/municipalities.csv, "
    "when its own name does not tell.",
)
@project_option
@plainly
def validate(files: tuple[Path, ...], name: str | None, root: Path) -> None:
    """Check the sources against the shapes, without publishing anything.

    A FILE outside the project takes the place of the project's file of the same name, so that a changed copy
    can be checked before it is put in. Without FILE the project is checked as it stands.
    """
    from dataclasses import replace

    from renkei_kg.compile import pipeline
    from renkei_kg.compile.overlay import overlay
    from renkei_kg.project import open_project

    project = open_project(root)
    project = replace(project, replaced=overlay(project, files, name))
    compiled = pipeline.compile_graph(project, lambda _: None)
    click.echo(compiled.report.text(language()), nl=False)
    sys.exit(EXIT_VIOLATIONS if compiled.report.violations else 0)


@main.command()
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@click.option(
    "-e", "--execute", "text", help="The query itself, instead of a file ('-' reads standard input)."
)
@click.option(
    "--format",
    "name",
    help="table, json, xml, csv, tsv for SELECT and ASK; turtle, nt, rdf, jsonld, nq, trig for CONSTRUCT and "
    "DESCRIBE. [default: table on a terminal, else csv; turtle for graphs]",
)
@snapshots_option
@plainly
def query(file: str | None, text: str | None, name: str | None, snapshots: Path | None) -> None:
    """Ask the current snapshot a SPARQL query.

    \b
    renkei-kg query queries/world-heritage.rq
    renkei-kg query -e 'SELECT * { ?s ?p ?o } LIMIT 5' --format json
    """
    from renkei_kg import asking

    if (file is None) == (text is None):
        raise click.UsageError("Give a file or -e TEXT, and not both.")
    source = "query" if file is None else str(file)
    if text is not None:
        text = decode(os.fsencode(text), Path(source))
    else:
        text = decode(sys.stdin.buffer.read(), Path("-")) if source == "-" else read_text(Path(source))
    terminal = sys.stdout.isatty()
    wanted = name or ("table" if terminal else None)
    width = shutil.get_terminal_size().columns if terminal else None
    answer = asking.ask(snapshots_folder(snapshots), text, wanted, source=source, width=width)
    rest = memoryview(answer.content)
    while rest:  # unbuffered, as PYTHONUNBUFFERED asks, a write may be of a part only
        rest = rest[sys.stdout.buffer.write(rest) :]


@main.command()
@click.option(
    "--format", "name", default="trig", show_default=True, help="nq, trig, turtle, nt, rdf or jsonld."
)
@click.option("--graph", help="Only this named graph: its IRI, or its name such as projects/doo.")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
    default="-",
    help="A file. [default: standard output]",
)
@snapshots_option
@plainly
def export(name: str, graph: str | None, output: Path, snapshots: Path | None) -> None:
    """Write the current snapshot, or one named graph of it, in an RDF format."""
    from renkei_kg import asking

    def sink() -> AbstractContextManager[Any]:
        return nullcontext(sys.stdout.buffer) if str(output) == "-" else output.open("wb")

    asking.export(snapshots_folder(snapshots), name, graph, sink)


@main.command()
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="The folder that the snapshot goes into.",
)
@click.option(
    "--base",
    default="http://localhost:8080/",
    show_default=True,
    help="The IRI that relative IRIs of queries and updates are resolved against.",
)
@plainly
def empty(out: Path, base: str) -> None:
    """Make an empty snapshot to write to: no sources, and an ordinary default graph.

    For conformance tests and trials; see docs/writing.md.
    """
    from datetime import UTC, datetime

    from renkei_kg.write import version

    click.echo(f"snapshot {version.empty(out, base, datetime.now(UTC)).path}")


@main.command()
@click.option(
    "--host", default="127.0.0.1", show_default=True, envvar="HOST", help="The address to listen on."
)
@click.option(
    "--port",
    default=8080,
    show_default=True,
    envvar="PORT",
    type=click.IntRange(0, 65535),
    help="The port to listen on.",
)
@snapshots_option
@plainly
def serve(host: str, port: int, snapshots: Path | None) -> None:
    """Serve the current snapshot: a SPARQL endpoint at /sparql and a query form at /."""
    from dataclasses import replace

    from renkei_kg.web.server import serve as run

    sys.exit(run(replace(settings(), snapshots=snapshots_folder(snapshots)), host, port))


snapshots_group.add_command(fetch)
snapshots_group.add_command(checksum)
main.add_command(bring)
main.add_command(init)
main.add_command(load)
main.add_command(snapshots_group)
main.add_command(tokens_group)
main.add_command(publish)
main.add_command(engine_group)


def _progress(line: str) -> None:
    click.echo(line, err=True)


if __name__ == "__main__":
    main()
