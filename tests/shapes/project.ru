## Project-kind qualifiedMaxCount
INSERT DATA { <project/tour> a rk:BureauProject }

## Project-policy class
INSERT DATA { <project/tour> rk:policy <strategy/second> }

## Project-policy minCount
DELETE DATA { <project/tour> rk:policy <policy/2021> }

## Project-area maxCount
INSERT { <area/other> ?p ?o } WHERE { <area/kushiro-nemuro> ?p ?o } ;
DELETE DATA { <subprefecture/kushiro> rk:area <area/kushiro-nemuro> . <municipality/012068> rk:area <area/kushiro-nemuro> } ;
INSERT DATA {
    <subprefecture/kushiro> rk:area <area/other> .
    <municipality/012068> rk:area <area/other> .
    <project/tour> rk:area <area/other> .
    <claim/more> a rk:Claim ; rdf:subject <project/tour> ; rdf:predicate rk:area ; rdf:object <area/other> ;
        rk:certainty <certainty/stated> ; rk:basis <basis/document-states> ; rk:evidence <evidence/text> .
}

## Project-area class
DELETE DATA { <project/tour> rk:area <area/kushiro-nemuro> . <claim/tour-area> rdf:object <area/kushiro-nemuro> } ;
INSERT DATA { <project/tour> rk:area <subprefecture/nemuro> . <claim/tour-area> rdf:object <subprefecture/nemuro> }

## Project-possibleArea class
DELETE DATA { <project/title-only> rk:possibleArea <area/kushiro-nemuro> . <claim/title-only-area> rdf:object <area/kushiro-nemuro> } ;
INSERT DATA { <project/title-only> rk:possibleArea <subprefecture/nemuro> . <claim/title-only-area> rdf:object <subprefecture/nemuro> }

## Project-areaOrPossible xone
# An area, and a possible one beside it.
INSERT DATA {
    <project/tour> rk:possibleArea <area/kushiro-nemuro> .
    <claim/more> a rk:Claim ; rdf:subject <project/tour> ; rdf:predicate rk:area ; rdf:object <area/nowhere> ;
        rk:certainty <certainty/low> ; rk:basis <basis/document-states> ; rk:evidence <evidence/text> ; rk:alternative <area/kushiro-nemuro> .
}

## Project-areaOrPossible xone
# Neither.
DELETE DATA { <project/tour> rk:area <area/kushiro-nemuro> } ;
DELETE WHERE { <claim/tour-area> ?p ?o }

## Project-bureau class
DELETE DATA { <project/tour> rk:bureau <bureau/nemuro> . <claim/tour-bureau> rdf:object <bureau/nemuro> } ;
INSERT DATA { <project/tour> rk:bureau <subprefecture/nemuro> . <claim/tour-bureau> rdf:object <subprefecture/nemuro> }

## Project-possibleBureau class
INSERT DATA {
    <project/tour> rk:possibleBureau <subprefecture/nemuro> .
    <claim/more> a rk:Claim ; rdf:subject <project/tour> ; rdf:predicate rk:bureau ; rdf:object <subprefecture/nemuro> ;
        rk:certainty <certainty/low> ; rk:basis <basis/document-states> ; rk:evidence <evidence/text> ; skos:note "Perhaps."@en .
}

## Project-anyBureau or
DELETE DATA { <project/tour> rk:bureau <bureau/nemuro> } ;
DELETE WHERE { <claim/tour-bureau> ?p ?o }

## Project-anyBureau or
# Once its kind is known, a project has a bureau.
INSERT DATA {
    <project/title-only> a rk:BureauProject ; rk:certainty <certainty/stated> ; rk:basis <basis/document-states> .
}

## Project-subprefecture class
INSERT DATA { <project/tour> rk:subprefecture <bureau/nemuro> }

## Project-theme minCount
DELETE DATA { <project/title-only> rk:theme <theme/food> } ;
DELETE WHERE { <claim/title-only-theme> ?p ?o }

## Project-theme class
DELETE DATA { <project/title-only> rk:theme <theme/food> . <claim/title-only-theme> rdf:object <theme/food> } ;
INSERT DATA { <project/title-only> rk:theme <concept-scheme/themes> . <claim/title-only-theme> rdf:object <concept-scheme/themes> }

## Project-asset class
INSERT DATA {
    <project/tour> rk:asset <actor/ja> .
    <claim/more> a rk:Claim ; rdf:subject <project/tour> ; rdf:predicate rk:asset ; rdf:object <actor/ja> ;
        rk:certainty <certainty/stated> ; rk:basis <basis/document-states> ; rk:evidence <evidence/text> .
}

## Project-actor class
DELETE DATA { <project/tour> rk:actor <actor/ja> . <claim/tour-actor> rdf:object <actor/ja> } ;
INSERT DATA { <project/tour> rk:actor <organisation/hokkaido> . <claim/tour-actor> rdf:object <organisation/hokkaido> }

## Project-initiative class
INSERT DATA { <project/tour> rk:initiative <initiative/nowhere> }

## Project-certainty minCount
DELETE DATA { <project/tour> rk:certainty <certainty/stated> }

## Project-certainty maxCount
INSERT DATA { <project/tour> rk:certainty <certainty/low> }

## Project-certainty class
DELETE DATA { <project/tour> rk:certainty <certainty/stated> } ;
INSERT DATA { <project/tour> rk:certainty <basis/document-states> }

## Project-basis minCount
DELETE DATA { <project/tour> rk:basis <basis/document-states> }

## Project-basis maxCount
INSERT { <basis/other> ?p ?o } WHERE { <basis/document-states> ?p ?o } ;
INSERT DATA { <project/tour> rk:basis <basis/other> }

## Project-basis class
DELETE DATA { <project/tour> rk:basis <basis/document-states> } ;
INSERT DATA { <project/tour> rk:basis <certainty/stated> }

## Project-evidence class
INSERT DATA { <project/tour> rk:evidence <page/list-1> }

## Sourced-support minCount
# Neither words of the document nor a page say that there is such a project.
DELETE DATA { <project/title-only> rk:evidence <evidence/text> }

## Claimed-statements sparql
DELETE WHERE { <claim/tour-bureau> ?p ?o }

## Claimed-possibilities sparql
DELETE WHERE { <claim/title-only-area> ?p ?o }
