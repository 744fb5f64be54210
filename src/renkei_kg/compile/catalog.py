"""The one description of the datasets, ``graph/catalog``, in the words of DCAT 3: what is published, by whom,
on what terms, in which files, and what it covers (docs/catalog.md).

What the project says (``data/dataset.ttl``, ``data/catalog.ttl``) counts; the rest is made from that, from
the graph and from the package's words. Times, sizes and checksums are of a publication and never in here.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from pyoxigraph import DefaultGraph, Literal, NamedNode, Store, Triple

from renkei_kg.compile import catalogcoverage, files
from renkei_kg.compile.catalogfiles import describe_endpoint, describe_file, describe_own
from renkei_kg.compile.catalogsaid import Saying
from renkei_kg.compile.catalogwords import (
    CATALOGUE,
    COMMON,
    CULTURAL_PROPERTIES,
    LANGUAGES,
    OTHER,
    PARTS,
    PROVENANCE,
    SERVICE,
    VERSIONS,
    WHOLE,
    Part,
    Texts,
)
from renkei_kg.namespaces import DCAT, DCTERMS, EU, FOAF, ONTOLOGY, PROV, RDF, RDFS, SPARQL_PROTOCOL, VCARD
from renkei_kg.project import Project

TONGUES: Final = {"ja": EU["language/JPN"], "en": EU["language/ENG"]}
PUBLIC: Final = EU["access-right/PUBLIC"]
DOCUMENTS: Final = (DCAT.Catalog, DCAT.Dataset, DCAT.DatasetSeries)


def describe(store: Store, project: Project) -> set[Triple]:
    """The description of what a build of a project publishes. ``store`` holds its graph as far as that is
    compiled. Empty when the project does not say what its dataset is called."""
    say = Saying.of(store, project)
    if say.stated(say.whole, DCTERMS.title):
        _Description(say).write()
    return say.triples


def documents(store: Store, graph: NamedNode) -> list[str]:
    """The IRIs of what has a page of its own: the catalogue, its datasets, and the series of versions.
    ``graph`` is the one that the description is in."""
    found = (q for kind in DOCUMENTS for q in store.quads_for_pattern(None, RDF.type, kind, graph))
    return sorted(quad.subject.value for quad in found if isinstance(quad.subject, NamedNode))


class _Description:
    """The description as it is being written."""

    def __init__(self, say: Saying) -> None:
        self.say, self.base = say, say.project.base
        self.catalogue = NamedNode(f"{self.base}catalog")
        self.service = NamedNode(f"{self.base}service/sparql")
        self.series = NamedNode(f"{say.whole.value}/versions")

    def part(self, slug: str) -> NamedNode:
        """The IRI of a part of the whole, which is told from it where that has its name."""
        return NamedNode(f"{self.base}dataset/{slug}{'-part' if slug == self.say.project.name else ''}")

    def write(self) -> None:
        """Writes all of it."""
        say = self.say
        published = files.published(say.project, say.store)
        self.people()
        self.coverage()
        slugs = list(dict.fromkeys(one.dataset for one in published if one.dataset))
        own = [say.whole, *map(self.part, slugs)]
        self.dataset(say.whole, WHOLE)
        for slug in slugs:
            self.dataset(self.part(slug), _with_standards(PARTS.get(slug, OTHER), slug, published))
            say.add(self.part(slug), DCTERMS.isPartOf, say.whole)
        others = self.others()
        for node in others:
            self.other(node)
        for one in published:
            describe_file(say, self.part(one.dataset) if one.dataset else say.whole, one)
        describe_endpoint(say, say.whole, self.service)
        self.endpoint(own)
        self.versions()
        self.itself([*own, *others])

    def people(self) -> None:
        """Who publishes, and where one can turn to: no address is made up, the page about the data tells
        what the project says of it."""
        say = self.say
        for publisher in say.publishers:
            if isinstance(publisher, NamedNode):
                names = say.stated(publisher, FOAF.name) or say.stated(publisher, RDFS.label)
                say.add(publisher, RDF.type, FOAF.Agent)
                say.add(publisher, FOAF.name, *names)
                say.default(publisher, DCTERMS.type)
        if not say.contacts:
            node = NamedNode(f"{say.whole.value}/contact")
            say.contacts = [node]
            say.add(node, RDF.type, VCARD.Organization)
            say.add(node, VCARD.fn, *(Literal(say.name(one), language=one) for one in LANGUAGES))
            say.add(node, VCARD.hasURL, NamedNode(f"{self.base}about"))
        for contact in say.contacts:
            say.take(contact)

    def coverage(self) -> None:
        """The place and the time that the graph is about."""
        say = self.say
        for place in say.places:
            say.triples.update(catalogcoverage.location(say.store, place))
        if not say.periods:
            node = NamedNode(f"{say.whole.value}/period")
            found = set(catalogcoverage.period(say.store, node))
            say.triples |= found
            say.periods = [node] if found else []
        for period in say.periods:
            say.take(period)

    def others(self) -> list[NamedNode]:
        """The datasets that the project describes beside its own."""
        own = {self.say.whole, *map(self.part, PARTS)}
        found = self.say.store.quads_for_pattern(None, RDF.type, DCAT.Dataset, DefaultGraph())
        return sorted({q.subject for q in found if isinstance(q.subject, NamedNode)} - own, key=str)

    def dataset(self, node: NamedNode, part: Part) -> None:
        """A dataset of the graph's own."""
        say = self.say
        self.other(node, part)
        say.texts(node, DCTERMS.title, part.titles)
        say.texts(node, DCTERMS.description, part.descriptions)
        say.default(node, DCTERMS.language, *TONGUES.values())
        say.default(node, DCTERMS.identifier, Literal(node.value))
        say.default(node, DCTERMS.conformsTo, NamedNode(ONTOLOGY.removesuffix("#")))
        say.default(node, DCTERMS.accrualPeriodicity, *say.stated(say.whole, DCTERMS.accrualPeriodicity))
        say.default(node, DCAT.version, Literal(say.project.version))
        say.default(node, DCAT.landingPage, node)
        for property_ in (DCTERMS.creator, DCTERMS.issued, DCTERMS.type):
            say.default(node, property_, *say.stated(say.whole, property_))
        say.add(node, PROV.wasDerivedFrom, *say.stated(node, DCTERMS.source))
        self.statement(node, DCTERMS.provenance, DCTERMS.ProvenanceStatement, PROVENANCE)
        self.statement(node, DCTERMS.rights, DCTERMS.RightsStatement, {})

    def other(self, node: NamedNode, part: Part = OTHER) -> None:
        """What every dataset has, whoever describes it."""
        say = self.say
        say.add(node, RDF.type, DCAT.Dataset)
        say.common(node)
        say.default(node, DCTERMS.accessRights, PUBLIC)
        say.default(node, DCAT.keyword, *self.keywords(part))
        say.default(node, DCAT.theme, *(EU[f"data-theme/{code}"] for code in part.themes))
        describe_own(say, node)

    def keywords(self, part: Part) -> Iterator[Literal]:
        """Keywords in each language: of the part, of all parts, and the place's name. A word that is the same
        in both is one keyword, as portals that know no languages would take it for two."""
        known: set[str] = set()
        for language in LANGUAGES:
            named = (one.names[language] for one in self.say.places if language in one.names)
            for word in (*part.keywords.get(language, ()), *COMMON[language], *named):
                if word not in known:
                    known.add(word)
                    yield Literal(word, language=language)

    def statement(self, node: NamedNode, property_: NamedNode, kind: NamedNode, texts: Texts) -> None:
        """A statement in words, which DCAT-AP wants as a node of its own. What is stated of the whole holds
        for its parts."""
        say = self.say
        about = node if say.stated(node, property_) else say.whole
        given = say.stated(about, property_)
        nodes = [one for one in given if isinstance(one, NamedNode)]
        said = [one for one in given if isinstance(one, Literal)]
        said = said or [Literal(text, language=language) for language, text in texts.items()]
        if said and not nodes:
            nodes = [NamedNode(f"{about.value}/{property_.value.rpartition('/')[2]}")]
            say.add(nodes[0], RDF.type, kind)
            say.add(nodes[0], RDFS.label, *said)
        for one in nodes:
            say.take(one)
        say.add(node, property_, *nodes)

    def endpoint(self, datasets: Sequence[NamedNode]) -> None:
        """The SPARQL endpoint as a service."""
        say, node = self.say, self.service
        say.add(node, RDF.type, DCAT.DataService)
        say.texts(node, DCTERMS.title, SERVICE.titles)
        say.texts(node, DCTERMS.description, SERVICE.descriptions)
        say.common(node)
        say.default(node, DCTERMS.accessRights, PUBLIC)
        say.default(node, DCAT.endpointURL, NamedNode(say.project.endpoint))
        say.default(node, DCAT.endpointDescription, NamedNode(f"{self.base}openapi.json"))
        say.default(node, DCTERMS.conformsTo, SPARQL_PROTOCOL)
        say.default(node, DCAT.keyword, *self.keywords(SERVICE))
        say.default(node, DCAT.theme, *(EU[f"data-theme/{code}"] for code in SERVICE.themes))
        say.add(node, DCAT.servesDataset, *datasets)

    def versions(self) -> None:
        """The series that the versions belong to; which there are is known only where they are served."""
        say, node = self.say, self.series
        say.add(node, RDF.type, DCAT.DatasetSeries)
        say.texts(node, DCTERMS.title, VERSIONS.titles)
        say.texts(node, DCTERMS.description, VERSIONS.descriptions)
        say.common(node)
        say.default(node, DCTERMS.accrualPeriodicity, EU["frequency/IRREG"])
        say.add(say.whole, DCAT.inSeries, node)

    def itself(self, datasets: Sequence[NamedNode]) -> None:
        """The catalogue."""
        say, node = self.say, self.catalogue
        say.add(node, RDF.type, DCAT.Catalog)
        say.texts(node, DCTERMS.title, CATALOGUE.titles)
        say.texts(node, DCTERMS.description, CATALOGUE.descriptions)
        say.default(node, DCTERMS.publisher, *say.publishers)
        say.default(node, DCTERMS.license, *say.licences)
        say.covers(node)
        say.default(node, DCTERMS.issued, *say.stated(say.whole, DCTERMS.issued))
        say.default(node, DCTERMS.language, *TONGUES.values())
        say.default(node, DCAT.themeTaxonomy, EU["data-theme"])
        say.default(node, FOAF.homepage, NamedNode(self.base))
        say.add(node, DCAT.dataset, *datasets)
        say.add(node, DCAT.service, self.service)


def _with_standards(part: Part, slug: str, published: Sequence[files.File]) -> Part:
    """A part with the keywords that portals know a standard table by, where it has one."""
    standard = any(one.dataset == slug and one.name == "cultural-properties.csv" for one in published)
    return part.also(CULTURAL_PROPERTIES) if standard else part
