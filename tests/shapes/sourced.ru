## Sourced-support minCount
DELETE DATA { <organisation/hokkaido> dcterms:source <https://example.org/hokkaido> }

## Source-address nodeKind
INSERT DATA { <organisation/hokkaido> dcterms:source "https://example.org/text" }

## Source-address pattern
INSERT DATA { <organisation/hokkaido> dcterms:source <https://example.org/北海道> }

## Homepage-address nodeKind
INSERT DATA { <organisation/hokkaido> foaf:homepage "https://example.org/text" }

## Homepage-address pattern
INSERT DATA { <organisation/hokkaido> foaf:homepage <https://example.org/北海道> }

## ExactMatch-address nodeKind
INSERT DATA { <organisation/hokkaido> skos:exactMatch "https://example.org/text" }

## ExactMatch-address pattern
INSERT DATA { <organisation/hokkaido> skos:exactMatch <https://example.org/北海道> }

## CloseMatch-address nodeKind
INSERT DATA { <organisation/hokkaido> skos:closeMatch "https://example.org/text" }

## CloseMatch-address pattern
INSERT DATA { <organisation/hokkaido> skos:closeMatch <https://example.org/北海道> }
