## Claim-kind class
INSERT DATA { <claim/untyped> rdf:subject <policy/2021> }

## Claim-subject minCount
DELETE DATA { <claim/adopted> rdf:subject <policy/2025> }

## Claim-subject maxCount
INSERT DATA { <claim/adopted> rdf:subject <policy/2021> }

## Claim-subject nodeKind
DELETE DATA { <claim/adopted> rdf:subject <policy/2025> } ;
INSERT DATA { <claim/adopted> rdf:subject [] }

## Claim-predicate minCount
DELETE DATA { <claim/adopted> rdf:predicate rk:adoptedOn }

## Claim-predicate maxCount
INSERT DATA { <claim/adopted> rdf:predicate rk:endDate }

## Claim-predicate nodeKind
DELETE DATA { <claim/adopted> rdf:predicate rk:adoptedOn } ;
INSERT DATA { <claim/adopted> rdf:predicate "adopted on" }

## Claim-object minCount
DELETE DATA { <claim/adopted> rdf:object "2025-03"^^xsd:gYearMonth }

## Claim-object maxCount
INSERT DATA { <claim/adopted> rdf:object "2025-02"^^xsd:gYearMonth }

## Claim-object nodeKind
DELETE DATA { <claim/adopted> rdf:object "2025-03"^^xsd:gYearMonth } ;
INSERT DATA { <claim/adopted> rdf:object [] }

## Claim-certainty minCount
DELETE DATA { <claim/strategy> rk:certainty <certainty/stated> }

## Claim-certainty maxCount
INSERT { <certainty/high> ?p ?o } WHERE { <certainty/stated> ?p ?o } ;
INSERT DATA { <claim/strategy> rk:certainty <certainty/high> }

## Claim-certainty class
DELETE DATA { <claim/strategy> rk:certainty <certainty/stated> } ;
INSERT DATA { <claim/strategy> rk:certainty <certainty/nowhere> }

## Claim-basis minCount
DELETE DATA { <claim/strategy> rk:basis <basis/document-states> }

## Claim-basis maxCount
INSERT { <basis/other> ?p ?o } WHERE { <basis/document-states> ?p ?o } ;
INSERT DATA { <claim/strategy> rk:basis <basis/other> }

## Claim-basis class
DELETE DATA { <claim/strategy> rk:basis <basis/document-states> } ;
INSERT DATA { <claim/strategy> rk:basis <basis/nowhere> }

## Claim-support minCount
DELETE DATA { <claim/strategy> dcterms:source <https://example.org/policy> }

## Claim-evidence class
INSERT DATA { <claim/strategy> rk:evidence <evidence/nowhere> }

## Claim-alternative disjoint
DELETE DATA { <claim/adopted> rk:alternative "2025-04"^^xsd:gYearMonth } ;
INSERT DATA { <claim/adopted> rk:alternative "2025-03"^^xsd:gYearMonth }

## Claim-alternative or
DELETE DATA { <claim/adopted> rk:alternative "2025-04"^^xsd:gYearMonth } ;
INSERT DATA { <claim/adopted> rk:alternative <policy/nowhere> }

## Claim-lowExplained minCount
DELETE DATA { <claim/adopted> rk:alternative "2025-04"^^xsd:gYearMonth }

## Claim-lowNotStated maxCount
INSERT DATA { <policy/2025> rk:adoptedOn "2025-03"^^xsd:gYearMonth }

## Claim-stated maxCount
DELETE DATA { <claim/strategy> rdf:object <strategy/second> } ;
INSERT DATA { <claim/strategy> rdf:object <strategy/third> }
