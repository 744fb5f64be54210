"""``renkei-kg load``. Only modules of commands print and exit."""

import sys
from pathlib import Path

import click

from renkei_kg.plainly import EXIT_VIOLATIONS, language, plainly, snapshots_folder


@click.command()
@click.argument(
    "files",
    nargs=-1,
    required=True,
    metavar="FILE…",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)
@click.option(
    "--graph",
    metavar="IRI",
    help="The named graph for triples that are in none. [default: BASEgraph/loaded]",
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder of snapshots. [default: RENKEI_SNAPSHOTS or build/snapshots]",
)
@click.option(
    "--base",
    metavar="IRI",
    help="What the IRIs of the graph begin with; relative IRIs are resolved against it. [default: that of "
    "the renkei.toml in this folder]",
)
@click.option("--name", help="What the dataset is called. [default: that of renkei.toml, or 'loaded']")
@click.option(
    "--check/--no-check",
    default=True,
    show_default=True,
    help="Check the graph against the shapes that it holds, else those of renkei-kg.",
)
@click.option(
    "--texts/--no-texts", default=True, show_default=True, help="Write the index that text search asks."
)
@click.option(
    "--trusted", is_flag=True, help="Do not look for IRIs that are none: quicker, for what a program wrote."
)
@plainly
def load(
    files: tuple[Path, ...],
    graph: str | None,
    out: Path | None,
    base: str | None,
    name: str | None,
    check: bool,
    texts: bool,
    trusted: bool,
) -> None:
    """Publish a ready-made graph of any size: N-Quads, N-Triples, TriG, Turtle or RDF/XML, also as .gz.

    Nothing is inferred. Named graphs stay as they are, and the default graph becomes their union. A graph of
    up to two million triples is checked against the shapes; a violation stops it (exit code 1), and what was
    published stays. Larger ones are not checked, which the command says, and the manifest.
    """
    from renkei_kg.loading import publishing
    from renkei_kg.loading.iris import settled

    found = settled(base, name, graph)
    folder = snapshots_folder(out)
    wanted = publishing.Wanted(
        found.base,
        found.name,
        found.graph,
        check=check,
        texts=texts,
        describe=True,
        trusted=trusted,
        leave_written=False,
    )
    try:
        made = publishing.load(list(files), folder, wanted, lambda line: click.echo(line, err=True))
    except publishing.Refused as refused:
        for finding in refused.checked.examples:
            click.echo(finding.text(language()))
        click.echo(f"renkei-kg: {refused}", err=True)
        sys.exit(EXIT_VIOLATIONS)
    click.echo(f"snapshot {made.path}")
    click.echo(f"{made.manifest['triples']} triples in {len(made.manifest['graphs'])} graphs")
    click.echo(f"content sha256 {made.manifest['content_sha256']}")
