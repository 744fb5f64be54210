"""Tables by pandas: of a query, of an example query, and of files."""

import os
from urllib.parse import urlencode

import pandas as pd

RENKEI = os.environ.get("RENKEI_URL", "http://127.0.0.1:8080")
QUERY = """
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX rk: <https://w3id.org/renkei/ontology#>

SELECT ?area (COUNT(DISTINCT ?p) AS ?projects) {
    ?p a rk:Project ; rk:area/rdfs:label ?area .
    FILTER(LANG(?area) = "ja")
}
GROUP BY ?area
ORDER BY DESC(?projects) ?area
"""

areas = pd.read_csv(f"{RENKEI}/sparql?{urlencode({'query': QUERY, 'format': 'csv'})}")
print(areas.set_index("area")["projects"].to_dict())

themes = pd.read_csv(f"{RENKEI}/queries/themes-ranked.csv")
print(themes[["theme_ja", "projects"]].head(3).to_string(index=False))

towns = pd.read_csv(f"{RENKEI}/files/municipalities.csv", dtype={"code": "string"})  # codes begin with 0
print(towns[["code", "name_ja", "subprefecture_ja"]].tail(2).to_string(index=False))
print(towns.groupby("kind_ja").size().to_dict())

projects = pd.read_csv(f"{RENKEI}/files/projects.csv")
each = projects.assign(bureau_ja=projects["bureau_ja"].str.split(";")).explode(
    "bureau_ja"
)  # several in a cell
print(each["bureau_ja"].value_counts(sort=False).sort_index().head(3).to_dict())
