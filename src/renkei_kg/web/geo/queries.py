"""The queries of the pages of places. A list shows the rows of its query, which the page gives in full.

What a list is about stands in one group with its class: joined from two groups, an engine may read everything
of the class first.

``{language}`` is the page's language, ``{here}`` the IRI that the page is about. Columns of ``JOINED`` hold
several IRIs with spaces between.
"""

from typing import Final

from renkei_kg.namespaces import PREFIXES

JOINED: Final = frozenset({"areas", "bureaus", "municipalities", "subprefectures", "years"})


def _prefixed(text: str, *more: str) -> str:
    names = sorted({"rdfs", "rk", *more})
    return "".join(f"PREFIX {name}: <{PREFIXES[name]}>\n" for name in names) + "\n" + text


def _named(variable: str, property_: str = "rdfs:label") -> str:
    """The name of a thing in the page's language, and its reading."""
    return (
        f'OPTIONAL {{{{ ?{variable} {property_} ?label FILTER(LANG(?label) = "{{language}}") }}}}\n'
        f"    OPTIONAL {{{{ ?{variable} rk:kana ?reading }}}}"
    )


def _all(variable: str, name: str) -> str:
    return f'(GROUP_CONCAT(DISTINCT STR(?{variable}); separator=" ") AS ?{name})'


def _counted(variable: str, class_: str, number: str) -> str:
    """How many things of a class each subprefecture of an area has."""
    return f"""{{{{
        SELECT ?subprefecture (COUNT(DISTINCT ?{variable}) AS ?{number}) {{{{
            ?subprefecture a rk:Subprefecture ;
                rk:area <{{here}}> .
            OPTIONAL {{{{ ?{variable} rk:subprefecture ?subprefecture ; a {class_} }}}}
        }}}}
        GROUP BY ?subprefecture
    }}}}"""


NAME: Final = "(MIN(?label) AS ?name) (MIN(?reading) AS ?kana)"
ORDER: Final = {"ja": "?kana ?name", "en": "?name"}
BY_NAME: Final = "ORDER BY {order}"

SUBPREFECTURES_OF_AREA: Final = _prefixed(
    f"""SELECT ?subprefecture {NAME} {_all("office", "bureaus")}
    (SAMPLE(?m) AS ?towns) (SAMPLE(?p) AS ?projects) {{{{
    ?subprefecture a rk:Subprefecture ;
        rk:area <{{here}}> .
    {_named("subprefecture")}
    OPTIONAL {{{{ ?subprefecture rk:bureau ?office }}}}
    {_counted("municipality", "rk:Municipality", "m")}
    {_counted("project", "rk:Project", "p")}
}}}}
GROUP BY ?subprefecture
{BY_NAME} ?subprefecture"""
)
PROJECTS: Final = f"""SELECT ?project {NAME} {_all("office", "bureaus")} {_all("year", "years")}
    (SAMPLE(?sure) AS ?certainty) (MIN(?maybe) AS ?possible) {{{{
    {{{{ ?project %(stated)s <{{here}}> ; a rk:Project BIND(false AS ?maybe) }}}}
    UNION {{{{ ?project %(possible)s <{{here}}> ; a rk:Project BIND(true AS ?maybe) }}}}
    {_named("project")}
    OPTIONAL {{{{ ?project rk:bureau ?office }}}}
    OPTIONAL {{{{ ?initiative rk:project ?project ; rk:fiscalYear ?year }}}}
    OPTIONAL {{{{
        ?claim rdf:subject ?project ;
            rdf:predicate %(stated)s ;
            rdf:object <{{here}}> ;
            rk:certainty ?sure .
    }}}}
}}}}
GROUP BY ?project
ORDER BY ?possible {{order}} ?project"""
PROJECTS_OF_AREA: Final = _prefixed(PROJECTS % {"stated": "rk:area", "possible": "rk:possibleArea"}, "rdf")
PROJECTS_OF_BUREAU: Final = _prefixed(
    PROJECTS % {"stated": "rk:bureau", "possible": "rk:possibleBureau"}, "rdf"
)
PROJECTS_OF_SUBPREFECTURE: Final = _prefixed(
    f"""SELECT ?project {NAME} {_all("office", "bureaus")} {_all("year", "years")} {{{{
    ?project a rk:Project ;
        rk:subprefecture <{{here}}> .
    {_named("project")}
    OPTIONAL {{{{ ?project rk:bureau ?office }}}}
    OPTIONAL {{{{ ?initiative rk:project ?project ; rk:fiscalYear ?year }}}}
}}}}
GROUP BY ?project
{BY_NAME} ?project"""
)
COMPLETENESS: Final = _prefixed(
    """SELECT ?declared ?named ?possible (?declared - ?named - ?possible AS ?missing) {{
    {{
        SELECT ?declared (COUNT(DISTINCT ?project) AS ?named) (COUNT(DISTINCT ?maybe) AS ?possible) {{
            <{here}> rk:declaredProjectCount ?declared .
            OPTIONAL {{ ?project a rk:Project ; rk:area <{here}> }}
            OPTIONAL {{ ?maybe a rk:Project ; rk:possibleArea <{here}> }}
        }}
        GROUP BY ?declared
    }}
}}"""
)
THEMES_OF_AREA: Final = _prefixed(
    """SELECT ?theme (MIN(?label) AS ?name) (COUNT(DISTINCT ?project) AS ?projects) {{
    ?project a rk:Project ;
        rk:area <{here}> ;
        rk:theme ?theme .
    OPTIONAL {{ ?theme skos:prefLabel ?label FILTER(LANG(?label) = "{language}") }}
}}
GROUP BY ?theme
ORDER BY DESC(?projects) ?name ?theme""",
    "skos",
)
ASSETS: Final = f"""SELECT ?asset {NAME} (COUNT(DISTINCT ?by) AS ?projects) {{{{
    {{{{
        SELECT DISTINCT ?asset {{{{
            {{{{ ?asset a rk:Asset ; %s <{{here}}> }}}}
            UNION {{{{ ?project a rk:Project ; %s <{{here}}> ; rk:asset ?asset }}}}
        }}}}
    }}}}
    {_named("asset")}
    OPTIONAL {{{{ ?by rk:asset ?asset ; a rk:Project }}}}
}}}}
GROUP BY ?asset
{BY_NAME} ?asset"""
ASSETS_OF_AREA: Final = _prefixed(ASSETS % ("rk:subprefecture/rk:area", "rk:area"))
ASSETS_OF_SUBPREFECTURE: Final = _prefixed(ASSETS % ("rk:subprefecture", "rk:subprefecture"))
ASSETS_OF_MUNICIPALITY: Final = _prefixed(
    f"""SELECT ?asset {NAME} (COUNT(DISTINCT ?by) AS ?projects) {{{{
    ?asset a rk:Asset ;
        rk:municipality <{{here}}> .
    {_named("asset")}
    OPTIONAL {{{{ ?by a rk:Project ; rk:asset ?asset }}}}
}}}}
GROUP BY ?asset
{BY_NAME} ?asset"""
)
TOUCHING_AREAS: Final = _prefixed(
    """SELECT DISTINCT ?area {{
    ?here rk:area <{here}> ;
        a rk:Subprefecture ;
        geo:hasGeometry/geo:asWKT ?outline .
    ?other a rk:Subprefecture ;
        rk:area ?area ;
        geo:hasGeometry/geo:asWKT ?beside .
    FILTER(?area != <{here}> && geof:sfTouches(?outline, ?beside))
}}
ORDER BY ?area""",
    "geo",
    "geof",
)
TOUCHING: Final = _prefixed(
    """SELECT DISTINCT ?subprefecture {{
    <{here}> geo:hasGeometry/geo:asWKT ?outline .
    ?subprefecture a rk:Subprefecture ;
        geo:hasGeometry/geo:asWKT ?beside .
    FILTER(geof:sfTouches(?outline, ?beside))
}}
ORDER BY ?subprefecture""",
    "geo",
    "geof",
)
MUNICIPALITIES: Final = _prefixed(
    f"""SELECT ?municipality {NAME} (MIN(?number) AS ?code) (COUNT(DISTINCT ?asset) AS ?assets)
    (SAMPLE(?office) AS ?seat) {{{{
    ?municipality a rk:Municipality ;
        rk:subprefecture <{{here}}> .
    {_named("municipality")}
    OPTIONAL {{{{ ?municipality rk:code ?number }}}}
    OPTIONAL {{{{ ?asset a rk:Asset ; rk:municipality ?municipality }}}}
    OPTIONAL {{{{ ?office rk:seat ?municipality }}}}
}}}}
GROUP BY ?municipality
ORDER BY ?code ?municipality"""
)
INITIATIVES: Final = f"""SELECT ?initiative {NAME} (MIN(?of) AS ?year) (MIN(?words) AS ?text)
    (MIN(?maybe) AS ?possible) {{{{
    %s
    {_named("initiative")}
    OPTIONAL {{{{ ?initiative rk:fiscalYear ?of }}}}
    OPTIONAL {{{{
        ?initiative rk:officialText|rk:translatedText ?words
        FILTER(LANG(?words) = "{{language}}")
    }}}}
}}}}
GROUP BY ?initiative
ORDER BY ?year ?possible ?name ?initiative"""
INITIATIVES_OF_BUREAU: Final = _prefixed(
    INITIATIVES
    % """{{ ?initiative rk:bureau <{here}> ; a rk:Initiative BIND(false AS ?maybe) }}
    UNION {{ ?initiative rk:possibleBureau <{here}> ; a rk:Initiative BIND(true AS ?maybe) }}"""
)
INITIATIVES_OF_SUBPREFECTURE: Final = _prefixed(
    INITIATIVES % "?initiative rk:subprefecture <{here}> ; a rk:Initiative BIND(false AS ?maybe)"
)
INITIATIVES_OF_MUNICIPALITY: Final = _prefixed(
    INITIATIVES
    % """?asset rk:municipality <{here}> .
    ?initiative rk:asset ?asset ;
        a rk:Initiative
    BIND(false AS ?maybe)"""
)
BESIDE_MUNICIPALITY: Final = _prefixed(
    f"""SELECT ?municipality {NAME} {{{{
    <{{here}}> rk:subprefecture ?subprefecture .
    ?municipality a rk:Municipality ;
        rk:subprefecture ?subprefecture .
    FILTER(?municipality != <{{here}}>)
    {_named("municipality")}
}}}}
GROUP BY ?municipality
{BY_NAME} ?municipality"""
)
SEAT_OF: Final = _prefixed(
    f"""SELECT ?bureau {NAME} {{{{
    ?bureau a rk:Bureau ;
        rk:seat <{{here}}> .
    {_named("bureau")}
}}}}
GROUP BY ?bureau
{BY_NAME} ?bureau"""
)
ELSEWHERE: Final = _prefixed(
    """SELECT ?link ?relation (SAMPLE(?sure) AS ?certainty) {{
    VALUES ?relation {{ skos:exactMatch skos:closeMatch rdfs:seeAlso }}
    <{here}> ?relation ?link
    OPTIONAL {{
        ?claim rdf:subject <{here}> ;
            rdf:predicate ?relation ;
            rdf:object ?link ;
            rk:certainty ?sure .
    }}
}}
GROUP BY ?link ?relation
ORDER BY DESC(?relation = skos:exactMatch) DESC(?relation = skos:closeMatch) ?link""",
    "rdf",
    "skos",
)


def filled(text: str, here: str, language: str) -> str:
    """A query about something, in a language."""
    return text.format(here=here, language=language, order=ORDER[language])
