## SourceDocument-file minCount
DELETE DATA { <document/list> rk:file "source/list.txt" }

## SourceDocument-file maxCount
INSERT DATA { <document/list> rk:file "source/copy.txt" }

## SourceDocument-file datatype
DELETE DATA { <document/list> rk:file "source/list.txt" } ;
INSERT DATA { <document/list> rk:file "source/list.txt"@en }

## SourceDocument-file pattern
DELETE DATA { <document/list> rk:file "source/list.txt" } ;
INSERT DATA { <document/list> rk:file "../list.txt" }

## SourceDocument-sha256 minCount
DELETE WHERE { <document/list> rk:sha256 ?digest }

## SourceDocument-sha256 maxCount
INSERT DATA { <document/list> rk:sha256 "cd372fb85148700fa88095e3492d3f9f5beb43e555e5ff26d95f5a6adc36f8e6"^^xsd:hexBinary }

## SourceDocument-sha256 datatype
DELETE WHERE { <document/list> rk:sha256 ?digest } ;
INSERT DATA { <document/list> rk:sha256 "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" }

## SourceDocument-sha256 pattern
# Not all of the digest.
DELETE WHERE { <document/list> rk:sha256 ?digest } ;
INSERT DATA { <document/list> rk:sha256 "e3b0c44298fc1c14"^^xsd:hexBinary }

## SourceDocument-creator minCount
DELETE DATA { <document/list> dcterms:creator <organisation/hokkaido> }

## SourceDocument-creator nodeKind
DELETE DATA { <document/list> dcterms:creator <organisation/hokkaido> } ;
INSERT DATA { <document/list> dcterms:creator "北海道" }

## SourceDocument-language minCount (Warning)
DELETE DATA { <document/list> dcterms:language "ja" }

## SourceDocument-pages minCount
DELETE WHERE { ?page a rk:DocumentPage ; ?p ?o }

## SourceDocument-pages class
INSERT DATA { <page/nowhere> rk:document <document/list> }

## DocumentPage-document minCount
DELETE DATA { <page/list-1> rk:document <document/list> }

## DocumentPage-document maxCount
INSERT { <document/other> ?p ?o } WHERE { <document/list> ?p ?o } ;
INSERT DATA { <page/list-1> rk:document <document/other> }

## DocumentPage-document class
DELETE DATA { <page/list-1> rk:document <document/list> } ;
INSERT DATA { <page/list-1> rk:document <document/nowhere> }

## DocumentPage-pageNumber minCount
DELETE DATA { <page/list-1> rk:pageNumber 1 }

## DocumentPage-pageNumber maxCount
INSERT DATA { <page/list-1> rk:pageNumber 2 }

## DocumentPage-pageNumber datatype
DELETE DATA { <page/list-1> rk:pageNumber 1 } ;
INSERT DATA { <page/list-1> rk:pageNumber 1.0 }

## DocumentPage-pageNumber minInclusive
DELETE DATA { <page/list-1> rk:pageNumber 1 } ;
INSERT DATA { <page/list-1> rk:pageNumber -1 }

## DocumentPage-ownNumber maxCount
DELETE DATA { <page/list-1> rk:pageNumber 1 } ;
INSERT DATA { <page/list-1> rk:pageNumber 0 }
