## Asset-kind qualifiedMinCount
DELETE DATA { <asset/park> a rk:NationalPark }

## Asset-evidence minCount
# The museum is not named itself, and not part of the park that is.
DELETE DATA { <asset/museum> rk:componentOf <asset/park> }

## Asset-officialName uniqueLang
INSERT { <claim/more> ?p ?o } WHERE { <claim/park-name-ja> ?p ?o . FILTER(?p != rdf:object) } ;
INSERT DATA { <asset/park> rk:officialName "別の国立公園"@ja . <claim/more> rdf:object "別の国立公園"@ja }

## Asset-officialName languageIn
DELETE DATA { <asset/park> rk:officialName "National Park"@en . <claim/park-name-en> rdf:object "National Park"@en } ;
INSERT DATA { <asset/park> rk:officialName "National Park" . <claim/park-name-en> rdf:object "National Park" }

## Asset-designation class
INSERT DATA { <asset/park> rk:designation <designation-scheme/park> }

## Asset-municipality class
DELETE DATA { <asset/park> rk:municipality <municipality/012238> . <claim/park-municipality> rdf:object <municipality/012238> } ;
INSERT DATA {
    <asset/park> rk:municipality <municipality/nowhere> .
    <claim/park-municipality> rdf:object <municipality/nowhere> .
    <municipality/nowhere> rk:subprefecture <subprefecture/nemuro> .
}

## Asset-subprefecture class
INSERT { <claim/more> ?p ?o } WHERE { <claim/park-municipality> ?p ?o . FILTER(?p NOT IN (rdf:predicate, rdf:object)) } ;
INSERT DATA {
    <asset/park> rk:subprefecture <subprefecture/nowhere> .
    <claim/more> rdf:predicate rk:subprefecture ; rdf:object <subprefecture/nowhere> .
}

## Asset-component class
DELETE DATA { <asset/park> rk:component <asset/museum> . <claim/park-component> rdf:object <asset/museum> } ;
INSERT DATA { <asset/park> rk:component <asset/nowhere> . <claim/park-component> rdf:object <asset/nowhere> }

## Asset-componentOf class
INSERT DATA { <asset/museum> rk:componentOf <organisation/museum> }

## Asset-acyclic disjoint
# The park is a part of itself.
INSERT { <claim/more> ?p ?o } WHERE { <claim/park-component> ?p ?o . FILTER(?p != rdf:object) } ;
INSERT DATA { <asset/park> rk:component <asset/park> ; rk:componentOf <asset/park> . <claim/more> rdf:object <asset/park> }

## Asset-steward class
DELETE DATA { <asset/park> rk:steward <organisation/hokkaido> . <claim/park-steward> rdf:object <organisation/hokkaido> } ;
INSERT DATA { <asset/park> rk:steward <area/kushiro-nemuro> . <claim/park-steward> rdf:object <area/kushiro-nemuro> }

## Asset-openedOn maxCount
INSERT { <claim/more> ?p ?o } WHERE { <claim/park-opened> ?p ?o . FILTER(?p != rdf:object) } ;
INSERT DATA { <asset/park> rk:openedOn "2024-07-01"^^xsd:date . <claim/more> rdf:object "2024-07-01"^^xsd:date }

## Asset-openedOn datatype
DELETE DATA { <asset/park> rk:openedOn "2024-06-25"^^xsd:date . <claim/park-opened> rdf:object "2024-06-25"^^xsd:date } ;
INSERT DATA { <asset/park> rk:openedOn "2024-06"^^xsd:gYearMonth . <claim/park-opened> rdf:object "2024-06"^^xsd:gYearMonth }

## Asset-areaHectares maxCount
INSERT { <claim/more> ?p ?o } WHERE { <claim/park-area> ?p ?o . FILTER(?p != rdf:object) } ;
INSERT DATA { <asset/park> rk:areaHectares 103447.0 . <claim/more> rdf:object 103447.0 }

## Asset-areaHectares datatype
DELETE DATA { <asset/park> rk:areaHectares 245668.0 . <claim/park-area> rdf:object 245668.0 } ;
INSERT DATA { <asset/park> rk:areaHectares 245668 . <claim/park-area> rdf:object 245668 }

## Asset-areaHectares minExclusive
DELETE DATA { <asset/park> rk:areaHectares 245668.0 . <claim/park-area> rdf:object 245668.0 } ;
INSERT DATA { <asset/park> rk:areaHectares 0.0 . <claim/park-area> rdf:object 0.0 }

## Asset-geometry class
DELETE DATA { <asset/park> geo:hasGeometry <geometry/nemuro> . <claim/park-geometry> rdf:object <geometry/nemuro> } ;
INSERT DATA { <asset/park> geo:hasGeometry <geometry/nowhere> . <claim/park-geometry> rdf:object <geometry/nowhere> }

## Asset-factsClaimed sparql
# A fact without a claim.
DELETE WHERE { <claim/park-steward> ?p ?o }

## Asset-factsClaimed sparql
# Without the municipality, the subprefecture follows from nothing.
DELETE DATA { <asset/park> rk:municipality <municipality/012238> } ;
DELETE WHERE { <claim/park-municipality> ?p ?o }
