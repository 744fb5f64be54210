"""The queries of the pages of projects and of what they are about. What a list shows are the rows of its
query, which the page gives in full.

``$here`` is the thing that the page is about, ``$language`` the page's language, ``$order`` how names are
sorted in it. The columns ``areas``, ``bureaus``, ``municipalities``, ``subprefectures`` and ``years`` hold
several IRIs with spaces between.
"""

from string import Template
from typing import Final

from renkei_kg.namespaces import PREFIXES

ORDER: Final = {"ja": "?kana ?name", "en": "?name"}
NAME: Final = "(MIN(?label) AS ?name) (MIN(?reading) AS ?kana)"


def _named(variable: str) -> str:
    """The name of a thing in the page's language, and its reading."""
    return (
        f'OPTIONAL {{ ?{variable} rdfs:label ?label FILTER(LANG(?label) = "$language") }}\n'
        f"    OPTIONAL {{ ?{variable} rk:kana ?reading }}"
    )


def _all(variable: str, name: str) -> str:
    return f'(GROUP_CONCAT(DISTINCT STR(?{variable}); separator=" ") AS ?{name})'


# What is claimed of a thing and of its initiatives, and on what ground
CLAIMS: Final = """SELECT ?claim ?about ?property ?value ?certainty ?basis ?alternative ?evidence ?source
    ?note {
    <$here> rk:initiative? ?about .
    ?claim rdf:subject ?about ;
        rdf:predicate ?property ;
        rdf:object ?value ;
        rk:certainty ?certainty .
    OPTIONAL { ?claim rk:basis ?basis }
    OPTIONAL { ?claim rk:alternative ?alternative }
    OPTIONAL { ?claim rk:evidence ?evidence }
    OPTIONAL { ?claim dcterms:source ?source }
    OPTIONAL { ?claim skos:note ?note FILTER(LANG(?note) = "$language") }
}
ORDER BY ?claim"""
# Where some words stand, and the page that they stand on
PASSAGES: Final = """SELECT ?evidence ?quote ?page ?start ?end ?exact ?prefix ?suffix ?text ?from {
    VALUES ?evidence { $some }
    ?evidence rk:quote ?quote ;
        oa:hasTarget ?target .
    ?target oa:hasSelector ?words , ?place .
    ?words oa:exact ?exact ;
        oa:prefix ?prefix ;
        oa:suffix ?suffix .
    ?place oa:start ?start ;
        oa:end ?end .
    OPTIONAL { ?evidence rk:page ?page OPTIONAL { ?page rk:pageText ?text ; rk:pageStart ?from } }
}
ORDER BY ?page ?start DESC(?end) ?evidence"""
INITIATIVES: Final = f"""SELECT ?initiative (MIN(?in) AS ?year) {_all("office", "bureaus")}
    (MIN(?said) AS ?official) (MIN(?ours) AS ?translated) (MIN(?sure) AS ?certainty) {{
    <$here> rk:initiative ?initiative .
    OPTIONAL {{ ?initiative rk:fiscalYear ?in }}
    OPTIONAL {{ ?initiative rk:bureau ?office }}
    OPTIONAL {{ ?initiative rk:officialText ?said }}
    OPTIONAL {{ ?initiative rk:translatedText ?ours }}
    OPTIONAL {{ ?initiative rk:certainty ?sure }}
}}
GROUP BY ?initiative
ORDER BY DESC(?year) ?initiative"""
SIBLINGS: Final = """SELECT ?initiative ?year {
    <$here> rk:project/rk:initiative ?initiative .
    OPTIONAL { ?initiative rk:fiscalYear ?year }
    FILTER(?initiative != <$here>)
}
ORDER BY DESC(?year) ?initiative"""
SUBJECTS: Final = f"""SELECT ?property ?thing {NAME} {{
    VALUES ?property {{ rk:theme rk:asset rk:actor }}
    <$here> ?property ?thing .
    {_named("thing")}
}}
GROUP BY ?property ?thing
ORDER BY ?property $order ?thing"""
# An asset weighs as much as two themes: many projects have a theme in common, few speak of the same asset.
MOST_RELATED: Final = 50
RELATED: Final = f"""SELECT ?project ?weight ?property ?shared {{
    {{
        SELECT ?project (SUM(IF(?by = rk:asset, 2, 1)) AS ?weight) {{
            VALUES ?by {{ rk:asset rk:theme }}
            <$here> ?by ?subject .
            ?project ?by ?subject ;
                a rk:Project .
            FILTER(?project != <$here>)
        }}
        GROUP BY ?project
        ORDER BY DESC(?weight) ?project
        LIMIT {MOST_RELATED}
    }}
    VALUES ?property {{ rk:asset rk:theme }}
    <$here> ?property ?shared .
    ?project ?property ?shared .
}}
ORDER BY DESC(?weight) ?project ?property ?shared"""
TREE: Final = """SELECT ?theme ?broader (COUNT(DISTINCT ?project) AS ?projects) {
    <$here> skos:broader* ?top .
    FILTER NOT EXISTS { ?top skos:broader ?above }
    ?theme skos:broader* ?top .
    OPTIONAL { ?theme skos:broader ?broader }
    OPTIONAL { ?under skos:broader* ?theme . ?project rk:theme ?under ; a rk:Project }
}
GROUP BY ?theme ?broader
ORDER BY ?theme"""
SCHEME: Final = """SELECT ?theme ?broader (COUNT(DISTINCT ?project) AS ?projects) {
    ?theme a rk:Theme ;
        skos:inScheme <$here> .
    OPTIONAL { ?theme skos:broader ?broader }
    OPTIONAL { ?under skos:broader* ?theme . ?project rk:theme ?under ; a rk:Project }
}
GROUP BY ?theme ?broader
ORDER BY ?theme"""
PROJECTS_OF_THEME: Final = f"""SELECT ?project {NAME} {_all("in", "areas")} {_all("year", "years")}
    (COUNT(DISTINCT ?guess) > 0 AS ?possible) {{
    {{ SELECT ?theme {{ ?theme skos:broader* <$here> }} }}
    ?project rk:theme ?theme ;
        a rk:Project .
    {_named("project")}
    OPTIONAL {{ ?project rk:area|rk:possibleArea ?in }}
    OPTIONAL {{ ?project rk:possibleArea ?guess }}
    OPTIONAL {{ ?initiative rk:project ?project ; rk:fiscalYear ?year }}
}}
GROUP BY ?project
ORDER BY ?areas $order ?project"""
ASSETS_OF_THEME: Final = f"""SELECT ?asset {NAME} (COUNT(DISTINCT ?project) AS ?projects) {{
    {{ SELECT ?theme {{ ?theme skos:broader* <$here> }} }}
    ?project rk:theme ?theme ;
        a rk:Project ;
        rk:asset ?asset .
    {_named("asset")}
}}
GROUP BY ?asset
ORDER BY DESC(?projects) $order ?asset"""
THEMES_OF_THEME: Final = f"""SELECT ?theme {NAME} (COUNT(DISTINCT ?project) AS ?projects) {{
    {{ SELECT DISTINCT ?project {{
        {{ SELECT ?under {{ ?under skos:broader* <$here> }} }}
        ?project rk:theme ?under ; a rk:Project .
    }} }}
    ?project rk:theme ?theme .
    MINUS {{ ?theme skos:broader* <$here> }}
    {_named("theme")}
}}
GROUP BY ?theme
ORDER BY DESC(?projects) $order ?theme"""
MENTIONS: Final = """SELECT ?work ?mention ?quote ?page ?certainty ?project ?year {
    ?claim rdf:object <$here> ;
        rdf:predicate ?property .
    FILTER(?property IN (rk:asset, rk:actor))
    ?claim rdf:subject ?work ;
        rk:certainty ?certainty ;
        rk:evidence ?mention .
    ?mention rk:quote ?quote .
    OPTIONAL { ?mention rk:page ?page }
    OPTIONAL { ?work rk:project ?project }
    OPTIONAL { ?work rk:fiscalYear ?year }
}
ORDER BY (COALESCE(?project, ?work)) ?year ?mention"""
PROJECTS_OF_SUBJECT: Final = f"""SELECT ?project {NAME} {_all("in", "areas")} {_all("year", "years")}
    (COUNT(DISTINCT ?guess) > 0 AS ?possible) {{
    ?project a rk:Project ;
        ?property <$here> .
    FILTER(?property IN (rk:asset, rk:actor))
    {_named("project")}
    OPTIONAL {{ ?project rk:area|rk:possibleArea ?in }}
    OPTIONAL {{ ?project rk:possibleArea ?guess }}
    OPTIONAL {{ ?initiative rk:project ?project ; rk:fiscalYear ?year }}
}}
GROUP BY ?project
ORDER BY $order ?project"""
DESIGNATIONS: Final = """SELECT ?designation ?scheme ?from ?until ?by ?next ?identifier ?source {
    <$here> rk:designation ?designation .
    OPTIONAL { ?designation rk:scheme ?scheme }
    OPTIONAL { ?designation rk:designatedOn ?from }
    OPTIONAL { ?designation rk:endedOn ?until }
    OPTIONAL { ?designation rk:designatedBy ?by }
    OPTIONAL { ?designation rk:replacedBy ?next }
    OPTIONAL { ?designation dcterms:identifier ?identifier }
    OPTIONAL { ?designation dcterms:source ?source }
}
ORDER BY (STR(?from)) ?designation ?source"""
# The designation itself stands in the columns of the list of an asset.
DESIGNATION: Final = DESIGNATIONS.replace(
    "<$here> rk:designation ?designation .", "VALUES ?designation { <$here> } ?designation a rk:Designation ."
)
DESIGNATED: Final = f"""SELECT ?asset {NAME} {{
    ?asset rk:designation <$here> .
    {_named("asset")}
}}
GROUP BY ?asset
ORDER BY $order ?asset"""
SAME_SCHEME: Final = f"""SELECT ?designation {NAME} (MIN(?on) AS ?from) {{
    <$here> rk:scheme ?scheme .
    ?designation rk:scheme ?scheme .
    FILTER(?designation != <$here>)
    {_named("designation")}
    OPTIONAL {{ ?designation rk:designatedOn ?on }}
}}
GROUP BY ?designation
ORDER BY ?from $order ?designation"""
COMPONENTS: Final = f"""SELECT ?asset {NAME} {_all("in", "municipalities")} {{
    <$here> rk:component ?asset .
    {_named("asset")}
    OPTIONAL {{ ?asset rk:municipality ?in }}
}}
GROUP BY ?asset
ORDER BY $order ?asset"""
MUNICIPALITIES: Final = f"""SELECT ?municipality {NAME} (MIN(?number) AS ?code)
    {_all("in", "subprefectures")} {{
    <$here> rk:municipality ?municipality .
    {_named("municipality")}
    OPTIONAL {{ ?municipality rk:code ?number }}
    OPTIONAL {{ ?municipality rk:subprefecture ?in }}
}}
GROUP BY ?municipality
ORDER BY ?code ?municipality"""
ELSEWHERE: Final = """SELECT DISTINCT ?link ?relation {
    VALUES ?relation { skos:exactMatch skos:closeMatch foaf:homepage rdfs:seeAlso }
    <$here> ?relation ?link .
}
ORDER BY ?relation ?link"""
PAGES: Final = """SELECT ?page ?number ?text ?from {
    ?page a rk:DocumentPage ;
        rk:document <$here> .
    OPTIONAL { ?page rk:pageNumber ?number }
    OPTIONAL { ?page rk:pageText ?text ; rk:pageStart ?from }
}
ORDER BY ?number ?page"""
MARKS: Final = """SELECT ?evidence ?page ?quote ?start ?end ?thing {
    ?page rk:document <$here> .
    ?evidence rk:page ?page ;
        rk:quote ?quote ;
        oa:hasTarget/oa:hasSelector ?place .
    ?place oa:start ?start ;
        oa:end ?end .
    OPTIONAL { ?thing rk:evidence ?evidence MINUS { ?thing a rk:Claim } }
}
ORDER BY ?start DESC(?end) ?evidence ?thing"""
PAGE: Final = PAGES.replace(
    "?page a rk:DocumentPage ;\n        rk:document <$here> .",
    "VALUES ?page { <$here> }\n    ?page a rk:DocumentPage .",
)
MARKS_OF_PAGE: Final = MARKS.replace("?page rk:document <$here> .", "VALUES ?page { <$here> }")
SUPPORTED: Final = """SELECT ?claim ?about ?property ?value ?certainty ?basis ?alternative ?evidence ?source
    ?note {
    VALUES ?evidence { <$here> }
    ?claim rk:evidence ?evidence ;
        rdf:subject ?about ;
        rdf:predicate ?property ;
        rdf:object ?value ;
        rk:certainty ?certainty .
    OPTIONAL { ?claim rk:basis ?basis }
    OPTIONAL { ?claim rk:alternative ?alternative }
    OPTIONAL { ?claim dcterms:source ?source }
    OPTIONAL { ?claim skos:note ?note FILTER(LANG(?note) = "$language") }
}
ORDER BY ?claim"""
INSIDE: Final = """SELECT ?evidence ?quote ?start {
    ?evidence rk:within <$here> ;
        rk:quote ?quote ;
        oa:hasTarget/oa:hasSelector/oa:start ?start .
}
ORDER BY ?start ?evidence"""
BODIES: Final = """SELECT DISTINCT ?thing {
    <$here> oa:hasBody ?thing .
    FILTER NOT EXISTS { ?thing a rk:Claim }
}
ORDER BY ?thing"""


def filled(text: str, here: str, language: str, **more: str) -> str:
    """A query about something, in a language, with the prefixes that it uses."""
    query = Template(text).substitute(here=here, language=language, order=ORDER[language], **more)
    used = [
        name
        for name in sorted(PREFIXES)
        if f" {name}:" in query or f"/{name}:" in query or f"({name}:" in query
    ]
    return "".join(f"PREFIX {name}: <{PREFIXES[name]}>\n" for name in used) + "\n" + query
