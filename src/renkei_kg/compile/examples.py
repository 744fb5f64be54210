"""The queries in ``queries/`` as RDF, in the vocabulary of SIB's sparql-examples, so that tools find them.

A query file is plain SPARQL that opens with a comment header: ``# title (ja): …``, ``# title (en): …``,
``# description (ja|en): …`` and ``# keywords: …, …``. It may say its topic, ``# topic (ja|en): …``, and have
parameters (``renkei_kg.parameters``), which stand in the graph as ``sh:parameter`` (SHACL, section 6.2.1):
the local name of ``sh:path`` is the name of the parameter.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import takewhile
from pathlib import Path

from pyoxigraph import Literal, NamedNode, QueryBoolean, QuerySolutions, QueryTriples, Store, Triple

from renkei_kg import lexer, parameters
from renkei_kg.compile.sparql import evaluate, read_query
from renkei_kg.namespaces import DCTERMS, OWL, PREFIXES, RDF, RDFS, SCHEMA, SH, XSD
from renkei_kg.parameters import Parameter
from renkei_kg.project import Project
from renkei_kg.reserved import EXAMPLES
from renkei_kg.textfile import SourceError

HEADER = re.compile(r"#\s*(title|description|keywords|topic)(?:\s*\((ja|en)\))?:\s*(.*)")
PARAMETER = re.compile(r"#\s*parameter\s+([a-z][a-z0-9_]*)(?:\s*\((ja|en)\))?:\s*(.*)")
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
FORMS = {
    QuerySolutions: (SH.SPARQLSelectExecutable, SH.select),
    QueryBoolean: (SH.SPARQLAskExecutable, SH.ask),
    QueryTriples: (SH.SPARQLConstructExecutable, SH.construct),
}


@dataclass(frozen=True)
class Example:
    """An example query: its file, name, text, titles, descriptions and topic by language, keywords, and what
    it can be asked with."""

    path: Path
    name: str
    text: str
    title: dict[str, str]
    description: dict[str, str]
    keywords: tuple[str, ...]
    topic: dict[str, str] = field(default_factory=dict)
    parameters: tuple[Parameter, ...] = ()


def read_example(path: Path, name: str) -> Example:
    """The example in a query file. Raises SourceError when the header or the query is not well formed."""
    text = read_query(path)
    said: dict[str, dict[str, str]] = {"title": {}, "description": {}, "topic": {}}
    keywords: tuple[str, ...] = ()
    for line in _header(text):
        match = HEADER.match(line)
        if match and match[1] == "keywords":
            keywords = tuple(word.strip() for word in match[3].split(",") if word.strip())
        elif match and match[2]:
            said[match[1]][match[2]] = match[3].strip()
    for what, found in said.items():
        for language in ("ja", "en") if found or what != "topic" else ():
            if not found.get(language):
                raise SourceError(path, f"needs a line '# {what} ({language}): …' at its head.", 1)
    if not keywords:
        raise SourceError(path, "needs a line '# keywords: …, …' at its head.", 1)
    asked = _parameters(path, text)
    return Example(path, name, text, said["title"], said["description"], keywords, said["topic"], asked)


def _header(text: str) -> Iterator[str]:
    """The lines of comment at the head of a query."""
    return takewhile(lambda line: line.startswith("#"), text.splitlines())


def _parameters(path: Path, text: str) -> tuple[Parameter, ...]:
    names: dict[str, str] = {}
    labels: dict[str, dict[str, str]] = {}
    for line in _header(text):
        match = PARAMETER.match(line)
        if match and match[2]:
            labels.setdefault(match[1], {})[match[2]] = match[3].strip()
        elif match:
            names[match[1]] = match[3].strip()
    for name in labels.keys() - names.keys():
        raise SourceError(
            path, f"needs a line '# parameter {name}: TERM a CLASS-OR-DATATYPE' at its head.", 1
        )
    try:
        return tuple(parameters.declared(text, names, labels)) if names else ()
    except lexer.LexicalError as error:
        raise SourceError(path, error.reason, error.line, error.column) from None
    except parameters.ParameterError as error:
        raise SourceError(path, str(error), 1) from None


def examples(project: Project) -> list[Example]:
    """Every example of a project, by name. Raises SourceError."""
    paths = sorted(project.folder("queries").glob("*.rq"))
    for path in paths:
        if not NAME.fullmatch(path.stem):
            raise SourceError(path, "is named in the graph: write its name in letters a to z, digits and -.")
    return [read_example(project.actual(path), path.stem) for path in paths]


def graph_iri(project: Project) -> NamedNode:
    """The graph that examples and prefixes stand in, where tools look for it."""
    return NamedNode(project.base + EXAMPLES)


def example_triples(project: Project, found: list[Example]) -> Iterator[Triple]:
    """The examples and the prefixes they use, as RDF. Raises SourceError on a query that does not parse."""
    base = graph_iri(project).value
    prefixes = NamedNode(f"{base}/prefixes")
    yield Triple(prefixes, RDF.type, OWL.Ontology)
    for prefix, namespace in PREFIXES.items():
        declaration = NamedNode(f"{base}/prefixes/{prefix}")
        yield Triple(prefixes, SH.declare, declaration)
        yield Triple(declaration, SH.prefix, Literal(prefix))
        yield Triple(declaration, SH.namespace, Literal(namespace, datatype=XSD.anyURI))
    empty = Store()
    for example in found:
        node = NamedNode(f"{base}/{example.name}")
        kind, text = FORMS[type(evaluate(empty, example.path, example.text))]
        yield Triple(node, RDF.type, SH.SPARQLExecutable)
        yield Triple(node, RDF.type, kind)
        yield Triple(node, text, Literal(example.text))
        yield Triple(node, SH.prefixes, prefixes)
        yield Triple(node, SCHEMA.target, NamedNode(project.endpoint))
        for language, title in example.title.items():
            yield Triple(node, RDFS.label, Literal(title, language=language))
            yield Triple(node, RDFS.comment, Literal(title, language=language))
        for language, words in example.description.items():
            yield Triple(node, DCTERMS.description, Literal(words, language=language))
        for word in example.keywords:
            yield Triple(node, SCHEMA.keywords, Literal(word))
        for language, topic in example.topic.items():
            yield Triple(node, DCTERMS.subject, Literal(topic, language=language))
        for number, parameter in enumerate(example.parameters, 1):
            yield from _declaration(base, node, number, parameter)


def _declaration(base: str, example: NamedNode, number: int, parameter: Parameter) -> Iterator[Triple]:
    node = NamedNode(f"{example.value}/{parameter.name}")
    kind = SH["class"] if parameter.is_thing else SH.datatype
    yield Triple(example, SH.parameter, node)
    yield Triple(node, RDF.type, SH.Parameter)
    yield Triple(node, SH.path, NamedNode(f"{base}/parameters/{parameter.name}"))
    yield Triple(node, kind, NamedNode(parameter.type))
    yield Triple(node, SH.defaultValue, parameter.default)
    yield Triple(node, SH.order, Literal(number))
    for language, label in parameter.labels.items():
        yield Triple(node, SH.name, Literal(label, language=language))
        yield Triple(node, RDFS.label, Literal(label, language=language))
