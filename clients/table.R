# A query's answer and a file as data frames, with nothing but R itself.
renkei <- Sys.getenv("RENKEI_URL", "http://127.0.0.1:8080")
query <- '
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX rk: <https://w3id.org/renkei/ontology#>

SELECT ?area (COUNT(DISTINCT ?p) AS ?projects) {
    ?p a rk:Project ; rk:area/rdfs:label ?area .
    FILTER(LANG(?area) = "ja")
}
GROUP BY ?area
ORDER BY DESC(?projects)'

url <- paste0(renkei, "/sparql?format=csv&query=", URLencode(query, reserved = TRUE))
areas <- read.csv(url, encoding = "UTF-8")
print(areas)

towns <- read.csv(paste0(renkei, "/files/municipalities.csv"),
                  encoding = "UTF-8", colClasses = c(code = "character"))  # codes begin with 0
print(table(towns$kind_ja))
