## Dataset-title minCount
DELETE DATA { <../dataset/renkei> dcterms:title "Renkei KG"@en }

## Dataset-title maxCount
INSERT DATA { <../dataset/renkei> dcterms:title "Renkei KG"@en-GB }

## Dataset-title languageIn
DELETE DATA { <../dataset/renkei> dcterms:title "Renkei KG"@en } ;
INSERT DATA { <../dataset/renkei> dcterms:title "Renkei KG" }

## Dataset-title uniqueLang
DELETE DATA { <../dataset/renkei> dcterms:title "Renkei KG"@en } ;
INSERT DATA { <../dataset/renkei> dcterms:title "Renkei KG"@ja }

## Dataset-description minCount
DELETE DATA { <../dataset/renkei> dcterms:description "A knowledge graph of projects."@en }

## Dataset-description maxCount
INSERT DATA { <../dataset/renkei> dcterms:description "A knowledge graph of projects."@en-GB }

## Dataset-description languageIn
DELETE DATA { <../dataset/renkei> dcterms:description "A knowledge graph of projects."@en } ;
INSERT DATA { <../dataset/renkei> dcterms:description "A knowledge graph of projects." }

## Dataset-description uniqueLang
DELETE DATA { <../dataset/renkei> dcterms:description "A knowledge graph of projects."@en } ;
INSERT DATA { <../dataset/renkei> dcterms:description "A knowledge graph of projects."@ja }

## Dataset-publisher minCount
DELETE DATA { <../dataset/renkei> dcterms:publisher <organisation/renkei-kg> }

## Dataset-publisher nodeKind
DELETE DATA { <../dataset/renkei> dcterms:publisher <organisation/renkei-kg> } ;
INSERT DATA { <../dataset/renkei> dcterms:publisher "Renkei KG" }

## Dataset-license minCount
DELETE DATA { <../dataset/renkei> dcterms:license <https://example.org/licence> }

## Dataset-license maxCount
INSERT DATA { <../dataset/renkei> dcterms:license <https://example.org/another> }

## Dataset-license nodeKind
DELETE DATA { <../dataset/renkei> dcterms:license <https://example.org/licence> } ;
INSERT DATA { <../dataset/renkei> dcterms:license "CC BY 4.0" }

## Referred-described minCount
# A letter is missing in the publisher's IRI.
DELETE DATA { <../dataset/renkei> dcterms:publisher <organisation/renkei-kg> } ;
INSERT DATA { <../dataset/renkei> dcterms:publisher <organisation/renkei-k> }

## Referred-described minCount
# Any property can point nowhere, from anything.
INSERT DATA { <https://example.org/elsewhere> dcterms:relation <project/nowhere> }

## TermShape sparql
# A property that does not exist.
INSERT DATA { <organisation/renkei-kg> rk:homepage <https://example.org/> }

## TermShape sparql
# A class that does not exist: no other shape would look at this asset.
INSERT DATA { <organisation/renkei-kg> a rk:Asett }

## AsciiIriShape pattern
INSERT DATA { <organisation/連携KG> a foaf:Organization }

## AsciiIriShape pattern
# No node is blank.
INSERT DATA { [] a foaf:Organization }
