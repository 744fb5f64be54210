#!/bin/sh
# The endpoint and the files by curl, in a folder of its own that is gone afterwards.
set -eu
RENKEI=${RENKEI_URL:-http://127.0.0.1:8080}
cd "$(mktemp -d)"
trap 'rm -r "$PWD"' EXIT

echo '# A query: the answer as CSV. Errors too are to be seen, so --fail-with-body.'
curl -s --fail-with-body "$RENKEI/sparql" -H 'Accept: text/csv' --data-urlencode 'query=
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX rk: <https://w3id.org/renkei/ontology#>
SELECT ?name ?opened {
    ?asset rk:openedOn ?opened ; rdfs:label ?name .
    FILTER(LANG(?name) = "ja")
} ORDER BY ?opened ?name LIMIT 3'

echo '# A search in Japanese, as people type it: fewer signs, another width.'
curl -s --fail-with-body "$RENKEI/sparql" -H 'Accept: text/csv' --data-urlencode 'query=
PREFIX rk: <https://w3id.org/renkei/ontology#>
PREFIX text: <https://w3id.org/renkei/text#>
SELECT ?name { ?theme text:query "ｱﾄﾞﾍﾞﾝﾁｬｰ" ; a rk:Theme ; text:label (?name "ja") }'

echo '# A graph, and one thing with all that is said of it.'
curl -s --fail -G "$RENKEI/graphs" --data-urlencode 'graph=https://w3id.org/renkei/graph/projects/tokachi' \
    -H 'Accept: application/n-triples' -o tokachi.nt
curl -s --fail -L "$RENKEI/id/area/tokachi" -H 'Accept: text/turtle' -o tokachi.ttl
ls tokachi.*

echo '# A file: its beginning, then the rest (as after a broken connection), and is it whole?'
curl -s --fail --range 0-999 -o projects.csv "$RENKEI/files/projects.csv"
curl -s --fail --continue-at - -o projects.csv "$RENKEI/files/projects.csv"
curl -s --fail "$RENKEI/files" | grep -q "$(sha256sum projects.csv | cut -c 1-64)" && echo 'as published'

echo '# The same again, only if it has changed since: 304 says that it has not.'
curl -s --fail --etag-save etag -o projects.csv "$RENKEI/files/projects.csv"
curl -s --fail --etag-compare etag -o again.csv -w '%{http_code}\n' "$RENKEI/files/projects.csv"
