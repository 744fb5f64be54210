## Designation-scheme minCount
DELETE DATA { <designation/now> rk:scheme <designation-scheme/park> }

## Designation-scheme maxCount
INSERT { <designation-scheme/other> ?p ?o } WHERE { <designation-scheme/park> ?p ?o } ;
INSERT DATA { <designation/now> rk:scheme <designation-scheme/other> }

## Designation-scheme class
DELETE DATA { <designation/now> rk:scheme <designation-scheme/park> } ;
INSERT DATA { <designation/now> rk:scheme <designation-scheme/nowhere> }

## Designation-designatedOn minCount
DELETE DATA { <designation/now> rk:designatedOn "2024-06"^^xsd:gYearMonth }

## Designation-designatedOn maxCount
INSERT DATA { <designation/now> rk:designatedOn "2024-07"^^xsd:gYearMonth }

## Designation-designatedOn node
DELETE DATA { <designation/now> rk:designatedOn "2024-06"^^xsd:gYearMonth } ;
INSERT DATA { <designation/now> rk:designatedOn "令和6年6月" }

## Designation-endedOn maxCount
INSERT DATA { <designation/before> rk:endedOn "2024"^^xsd:gYear }

## Designation-endedOn node
DELETE DATA { <designation/before> rk:endedOn "2024-06-25"^^xsd:date } ;
INSERT DATA { <designation/before> rk:endedOn "2024-06-25" }

## Designation-period maxCount
DELETE DATA { <designation/before> rk:endedOn "2024-06-25"^^xsd:date } ;
INSERT DATA { <designation/before> rk:endedOn "1980-12"^^xsd:gYearMonth }

## Designation-designatedBy class
INSERT DATA { <designation/now> rk:designatedBy <asset/park> }

## Designation-replacedBy class
INSERT DATA { <designation/before> rk:replacedBy <asset/park> }

## Designation-endOfReplaced minCount
DELETE DATA { <designation/before> rk:endedOn "2024-06-25"^^xsd:date }

## Designation-areaHectares maxCount
INSERT DATA { <designation/now> rk:areaHectares 103447.0 }

## Designation-areaHectares datatype
DELETE DATA { <designation/now> rk:areaHectares 245668.0 } ;
INSERT DATA { <designation/now> rk:areaHectares 245668 }

## Designation-areaHectares minExclusive
DELETE DATA { <designation/now> rk:areaHectares 245668.0 } ;
INSERT DATA { <designation/now> rk:areaHectares 0.0 }

## Designation-asset minCount (Warning)
DELETE DATA { <asset/park> rk:designation <designation/now> }

## DesignationScheme-definition minCount
DELETE DATA { <designation-scheme/park> skos:definition "Protection of areas of fine nature."@en }

## DesignationScheme-definition maxCount
INSERT DATA { <designation-scheme/park> skos:definition "Protection of areas of fine nature."@en-GB }

## DesignationScheme-definition languageIn
DELETE DATA { <designation-scheme/park> skos:definition "Protection of areas of fine nature."@en } ;
INSERT DATA { <designation-scheme/park> skos:definition "Protection of areas of fine nature."@fr }

## DesignationScheme-definition uniqueLang
DELETE DATA { <designation-scheme/park> skos:definition "Protection of areas of fine nature."@en } ;
INSERT DATA { <designation-scheme/park> skos:definition "Protection of areas of fine nature."@ja }

## DesignationScheme-inScheme minCount
DELETE DATA { <designation-scheme/park> skos:inScheme <concept-scheme/designation-schemes> }

## DesignationScheme-inScheme maxCount
INSERT DATA {
    <designation-scheme/park> skos:inScheme <concept-scheme/other> .
    <concept-scheme/other> a skos:ConceptScheme ; rdfs:label "別の体系"@ja , "Another scheme"@en .
}

## DesignationScheme-inScheme class
DELETE DATA { <designation-scheme/park> skos:inScheme <concept-scheme/designation-schemes> } ;
INSERT DATA { <designation-scheme/park> skos:inScheme <concept-scheme/nowhere> }
