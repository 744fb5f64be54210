"""How programs get the answer of an example: by its URL, in the languages that people work with."""

from typing import Final

TABLE: Final = {
    "curl": ("curl '{csv}'",),
    "Python": ("import pandas as pd", "", 'table = pd.read_csv("{csv}")', "print(table)"),
    "R": ('table <- read.csv("{csv}", encoding = "UTF-8")', "print(table)"),
    "JavaScript": (
        'const answer = await fetch("{json}");',
        "const {{ results }} = await answer.json();",
        "console.table(results.bindings);",
    ),
}
TRUTH: Final = {
    "curl": ("curl '{json}'",),
    "Python": ("import requests", "", 'print(requests.get("{json}").json()["boolean"])'),
    "R": ('print(jsonlite::fromJSON("{json}")$boolean)',),
    "JavaScript": (
        'const answer = await fetch("{json}");',
        "const {{ boolean }} = await answer.json();",
        "console.log(boolean);",
    ),
}
GRAPH: Final = {
    "curl": ("curl '{ttl}'",),
    "Python": ("from rdflib import Graph", "", 'graph = Graph().parse("{ttl}")', "print(len(graph))"),
    "R": ('graph <- rdflib::rdf_parse("{nt}", format = "ntriples")', "print(graph)"),
    "JavaScript": ('const answer = await fetch("{jsonld}");', "console.log(await answer.json());"),
}


def calls(form: str, addresses: dict[str, str]) -> list[tuple[str, str]]:
    """Each language with a program, for a query of a form; ``addresses`` are absolute URLs by extension."""
    written = {"SELECT": TABLE, "ASK": TRUTH}.get(form, GRAPH)
    return [(name, "\n".join(lines).format(**addresses)) for name, lines in written.items()]
