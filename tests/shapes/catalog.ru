## Catalogued-title minCount
DELETE DATA { <../dataset/projects> dcterms:title "Projects"@en }

## Catalogued-title maxCount
INSERT DATA { <../service/sparql> dcterms:title "Service"@en-GB }

## Catalogued-title languageIn
DELETE DATA { <../dataset/projects> dcterms:title "Projects"@en } ;
INSERT DATA { <../dataset/projects> dcterms:title "Projects" }

## Catalogued-title uniqueLang
DELETE DATA { <../dataset/projects> dcterms:title "Projects"@en } ;
INSERT DATA { <../dataset/projects> dcterms:title "Projects"@ja }

## Catalogued-description minCount
DELETE DATA { <../service/sparql> dcterms:description "Where SPARQL is asked."@en }

## Catalogued-description maxCount
INSERT DATA { <../service/sparql> dcterms:description "Where SPARQL is asked."@en-GB }

## Catalogued-description languageIn
DELETE DATA { <../service/sparql> dcterms:description "Where SPARQL is asked."@en } ;
INSERT DATA { <../service/sparql> dcterms:description "Where SPARQL is asked." }

## Catalogued-description uniqueLang
DELETE DATA { <../service/sparql> dcterms:description "Where SPARQL is asked."@en } ;
INSERT DATA { <../service/sparql> dcterms:description "Where SPARQL is asked."@ja }

## DatasetSearch-description minLength (Warning)
DELETE { <../dataset/projects> dcterms:description ?text }
INSERT { <../dataset/projects> dcterms:description "Projects."@en }
WHERE { <../dataset/projects> dcterms:description ?text FILTER(LANG(?text) = "en") }

## DatasetSearch-description maxLength (Warning)
DELETE { <../dataset/projects> dcterms:description ?text }
INSERT { <../dataset/projects> dcterms:description ?long }
WHERE {
    <../dataset/projects> dcterms:description ?text FILTER(LANG(?text) = "en")
    BIND(CONCAT(?text, ?text, ?text, ?text, ?text, ?text, ?text, ?text) AS ?more)
    BIND(CONCAT(?more, ?more, ?more, ?more, ?more, ?more, ?more, ?more) AS ?long)
}

## Distribution-accessURL minCount
DELETE DATA { <../dataset/projects/file/projects.csv> dcat:accessURL <https://example.org/files/projects.csv> }

## Distribution-accessURL nodeKind
DELETE DATA { <../dataset/projects/file/projects.csv> dcat:accessURL <https://example.org/files/projects.csv> } ;
INSERT DATA { <../dataset/projects/file/projects.csv> dcat:accessURL "https://example.org/files/projects.csv" }

## Distribution-license minCount
DELETE DATA { <../dataset/projects/file/projects.csv> dcterms:license <https://example.org/licence> }

## Distribution-license maxCount
INSERT DATA { <../dataset/projects/file/projects.csv> dcterms:license <https://example.org/another> }

## Distribution-license nodeKind
DELETE DATA { <../dataset/projects/file/projects.csv> dcterms:license <https://example.org/licence> } ;
INSERT DATA { <../dataset/projects/file/projects.csv> dcterms:license "CC BY 4.0" }

## DataService-endpointURL minCount
DELETE DATA { <../service/sparql> dcat:endpointURL <https://example.org/sparql> }

## DataService-endpointURL nodeKind
DELETE DATA { <../service/sparql> dcat:endpointURL <https://example.org/sparql> } ;
INSERT DATA { <../service/sparql> dcat:endpointURL "https://example.org/sparql" }

## PeriodOfTime-startDate minCount
DELETE DATA { <../dataset/projects/period> dcat:startDate "2024-04-01"^^xsd:date }

## PeriodOfTime-startDate lessThanOrEquals
DELETE DATA { <../dataset/projects/period> dcat:endDate "2025-03-31"^^xsd:date } ;
INSERT DATA { <../dataset/projects/period> dcat:endDate "2024-03-31"^^xsd:date }
