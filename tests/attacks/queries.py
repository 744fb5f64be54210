"""Queries made by SPARQL's grammar, and some that are nearly so: what Hypothesis draws from."""

from hypothesis import strategies as st

IRIS = ["a:b", "schema:name", "rk:", "rk:Project", "<x>", "<\\u0061:b>", "<a:日本>", "<a:g>"]
LITERALS = [
    *(
        "1",
        "1.5",
        "1e3",
        "-1",
        "true",
        "'x'",
        '"x"@ja',
        '"""a"b"""',
        "'\\n\\u3042'",
        "''",
        "'1'^^xsd:integer",
    ),
    *("'POINT(141 43)'^^geo:wktLiteral", "'2024-02-30'^^xsd:date", "'P1Y'^^xsd:duration", "'x'^^a:b"),
]
NODES = ["_:x", "[]", "[ a ?t ]", "()", "(1 2)"]
CONSTANTS = st.sampled_from([*IRIS, *LITERALS])
VARIABLES = st.sampled_from(["?a", "?b", "?c", "$d", "?名"])
SUBJECTS = st.one_of(VARIABLES, st.sampled_from([*IRIS, *NODES]))
OBJECTS = st.one_of(VARIABLES, st.sampled_from([*IRIS, *LITERALS, *NODES, "<<( ?a a 1 )>>"]))
PATHS = st.recursive(
    st.sampled_from(["a", "rdfs:label", "<a:b>", "!a", "!(a|^a)", "rk:theme", "?p"]),
    lambda inner: st.one_of(
        st.builds("({}/{})".format, inner, inner),
        st.builds("({}|{})".format, inner, inner),
        st.builds("^({})".format, inner),
        st.builds("({}){}".format, inner, st.sampled_from("*+?")),
    ),
    max_leaves=4,
)
ONE = (
    "STR LANG DATATYPE IRI BNODE ABS CEIL FLOOR ROUND CONCAT STRLEN UCASE LCASE ENCODE_FOR_URI YEAR MONTH DAY HOURS "
    "SECONDS TIMEZONE TZ MD5 SHA256 COALESCE ISIRI ISBLANK ISLITERAL ISNUMERIC SUBJECT xsd:integer xsd:dateTime "
    "xsd:decimal geof:asGeoJSON geof:buffer a:b"
).split()
TWO = (
    "CONTAINS STRSTARTS STRENDS STRBEFORE STRAFTER CONCAT COALESCE STRLANG STRDT SAMETERM REGEX SUBSTR ADJUST "
    "geof:distance geof:sfWithin"
).split()
THREE = "IF REGEX SUBSTR REPLACE TRIPLE CONCAT geof:distance".split()
EXPRESSIONS = st.recursive(
    st.one_of(CONSTANTS, VARIABLES),
    lambda inner: st.one_of(
        st.builds("({} {} {})".format, inner, st.sampled_from("= != < > + - * / && ||".split()), inner),
        st.builds("(!{})".format, inner),
        st.builds("{}({})".format, st.sampled_from(ONE), inner),
        st.builds("{}({}, {})".format, st.sampled_from(TWO), inner, inner),
        st.builds("{}({}, {}, {})".format, st.sampled_from(THREE), inner, inner, inner),
        st.builds("({} IN ({}, {}))".format, inner, inner, inner),
    ),
    max_leaves=5,
)
AGGREGATES = st.builds(
    "{}({}{})".format,
    st.sampled_from(["COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT"]),
    st.sampled_from(["", "DISTINCT "]),
    EXPRESSIONS,
)
TRIPLES = st.builds("{} {} {} .".format, SUBJECTS, PATHS, OBJECTS)
PATTERNS = st.recursive(
    st.one_of(
        TRIPLES,
        st.builds("FILTER({})".format, EXPRESSIONS),
        st.builds("BIND({} AS {})".format, EXPRESSIONS, VARIABLES),
        st.builds("VALUES {} {{ {} {} UNDEF }}".format, VARIABLES, CONSTANTS, CONSTANTS),
        st.builds("VALUES ({} ?z) {{ ({} 1) (UNDEF {}) }}".format, VARIABLES, CONSTANTS, CONSTANTS),
    ),
    lambda inner: st.one_of(
        st.builds("{} {}".format, inner, inner),
        st.builds("OPTIONAL {{ {} }}".format, inner),
        st.builds("{{ {} }} UNION {{ {} }}".format, inner, inner),
        st.builds("MINUS {{ {} }}".format, inner),
        st.builds("GRAPH {} {{ {} }}".format, st.sampled_from(["?g", "<a:g>"]), inner),
        st.builds("FILTER {} {{ {} }}".format, st.sampled_from(["EXISTS", "NOT EXISTS"]), inner),
        st.builds("{{ SELECT * {{ {} }} LIMIT 10 }}".format, inner),
        st.builds("LATERAL {{ {} }}".format, inner),
    ),
    max_leaves=5,
)
MODIFIERS = st.builds(
    "{} {} {} {}".format,
    st.one_of(st.just(""), st.builds("GROUP BY {}".format, VARIABLES)),
    st.one_of(st.just(""), st.builds("HAVING({} > 1)".format, AGGREGATES)),
    st.one_of(st.just(""), st.builds("ORDER BY {}({})".format, st.sampled_from(["", "DESC"]), EXPRESSIONS)),
    st.one_of(
        st.just(""),
        st.builds("{} {}".format, st.sampled_from(["LIMIT", "OFFSET"]), st.integers(0, 2**63)),
        st.builds("VALUES ?v {{ {} }}".format, CONSTANTS),
    ),
)
HEADS = st.one_of(
    st.sampled_from(["SELECT *", "SELECT DISTINCT ?a", "SELECT REDUCED *", "ASK", "DESCRIBE ?a"]),
    st.builds("SELECT ({} AS ?z)".format, st.one_of(EXPRESSIONS, AGGREGATES)),
    st.builds("CONSTRUCT {{ {} }}".format, TRIPLES),
    st.sampled_from(["DESCRIBE *", "DESCRIBE <a:b> ?b", "DESCRIBE rk:Project"]),
)
DATASETS = st.sampled_from(["", "FROM <a:g>", "FROM NAMED <a:g>", "FROM <a:g> FROM rk:g"])
PROLOGUE = (
    "PREFIX rk: <https://w3id.org/renkei/ontology#> PREFIX schema: <https://schema.org/> "
    "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> "
    "PREFIX geo: <http://www.opengis.net/ont/geosparql#> PREFIX a: <a:> "
    "PREFIX geof: <http://www.opengis.net/def/function/geosparql/> "
)
QUERIES = st.builds(
    f"{PROLOGUE}{{}} {{}} WHERE {{{{ {{}} }}}} {{}}".format, HEADS, DATASETS, PATTERNS, MODIFIERS
)


@st.composite
def broken(draw: st.DrawFn) -> str:
    """A query with a piece left out, doubled, or put in from elsewhere."""
    text = draw(QUERIES)
    start = draw(st.integers(0, len(text)))
    end = draw(st.integers(start, min(len(text), start + 40)))
    put = draw(st.one_of(st.just(""), st.just(text[start:end] * 2), OBJECTS, st.text(max_size=5)))
    service = draw(st.sampled_from(["", "", "SERVICE ?a {}", "SERVICE SILENT <a:b> { ?a ?b ?c }"]))
    return text[:start] + put + service + text[end:]
