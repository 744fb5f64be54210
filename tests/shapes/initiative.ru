## Initiative-project minCount
DELETE DATA { <initiative/tour-2024> rk:project <project/tour> } ;
DELETE WHERE { <claim/tour-2024-project> ?p ?o }

## Initiative-project maxCount
INSERT { <project/other> ?p ?o } WHERE { <project/tour> ?p ?o } ;
INSERT DATA {
    <initiative/tour-2024> rk:project <project/other> .
    <claim/more> a rk:Claim ; rdf:subject <initiative/tour-2024> ; rdf:predicate rk:project ; rdf:object <project/other> ;
        rk:certainty <certainty/stated> ; rk:basis <basis/document-states> ; rk:evidence <evidence/text> .
    <claim/other-area> a rk:Claim ; rdf:subject <project/other> ; rdf:predicate rk:area ; rdf:object <area/kushiro-nemuro> ;
        rk:certainty <certainty/stated> ; rk:basis <basis/document-states> ; rk:evidence <evidence/text> .
}

## Initiative-project class
DELETE DATA { <initiative/tour-2024> rk:project <project/tour> . <claim/tour-2024-project> rdf:object <project/tour> } ;
INSERT DATA {
    <initiative/tour-2024> rk:project <project/nowhere> .
    <claim/tour-2024-project> rdf:object <project/nowhere> .
    <project/nowhere> rk:bureau <bureau/nemuro> .
}

## Initiative-fiscalYear minCount
DELETE DATA { <initiative/tour-2024> rk:fiscalYear <fiscal-year/2024> }

## Initiative-fiscalYear maxCount
INSERT { <fiscal-year/other> ?p ?o } WHERE { <fiscal-year/2024> ?p ?o } ;
INSERT DATA { <initiative/tour-2024> rk:fiscalYear <fiscal-year/other> }

## Initiative-fiscalYear class
DELETE DATA { <initiative/tour-2024> rk:fiscalYear <fiscal-year/2024> } ;
INSERT DATA { <initiative/tour-2024> rk:fiscalYear "2024" }

## Initiative-bureau class
DELETE DATA { <initiative/tour-2024> rk:bureau <bureau/nemuro> . <claim/tour-2024-bureau> rdf:object <bureau/nemuro> } ;
INSERT DATA { <initiative/tour-2024> rk:bureau <subprefecture/nemuro> . <claim/tour-2024-bureau> rdf:object <subprefecture/nemuro> }

## Initiative-possibleBureau class
INSERT DATA {
    <initiative/tour-2024> rk:possibleBureau <subprefecture/nemuro> .
    <claim/more> a rk:Claim ; rdf:subject <initiative/tour-2024> ; rdf:predicate rk:bureau ; rdf:object <subprefecture/nemuro> ;
        rk:certainty <certainty/low> ; rk:basis <basis/document-states> ; rk:evidence <evidence/text> ; skos:note "Perhaps."@en .
}

## Initiative-anyBureau minCount
DELETE DATA { <initiative/tour-2024> rk:bureau <bureau/nemuro> } ;
DELETE WHERE { <claim/tour-2024-bureau> ?p ?o }

## Initiative-bureauOfProject sparql
DELETE DATA { <initiative/tour-2024> rk:bureau <bureau/nemuro> . <claim/tour-2024-bureau> rdf:object <bureau/nemuro> } ;
INSERT DATA { <initiative/tour-2024> rk:bureau <bureau/kushiro> . <claim/tour-2024-bureau> rdf:object <bureau/kushiro> }

## Initiative-possibleBureauOfProject sparql
INSERT DATA {
    <initiative/tour-2024> rk:possibleBureau <bureau/kushiro> .
    <claim/more> a rk:Claim ; rdf:subject <initiative/tour-2024> ; rdf:predicate rk:bureau ; rdf:object <bureau/kushiro> ;
        rk:certainty <certainty/low> ; rk:basis <basis/document-states> ; rk:evidence <evidence/text> ; skos:note "Perhaps."@en .
}

## Initiative-subprefecture class
INSERT DATA { <initiative/tour-2024> rk:subprefecture <bureau/nemuro> }

## Initiative-theme minCount
DELETE DATA { <initiative/tour-2024> rk:theme <theme/touring> } ;
DELETE WHERE { <claim/tour-2024-theme> ?p ?o }

## Initiative-theme class
DELETE DATA { <initiative/tour-2024> rk:theme <theme/touring> . <claim/tour-2024-theme> rdf:object <theme/touring> } ;
INSERT DATA { <initiative/tour-2024> rk:theme <concept-scheme/themes> . <claim/tour-2024-theme> rdf:object <concept-scheme/themes> }

## Initiative-asset class
INSERT DATA {
    <initiative/tour-2024> rk:asset <actor/ja> .
    <claim/more> a rk:Claim ; rdf:subject <initiative/tour-2024> ; rdf:predicate rk:asset ; rdf:object <actor/ja> ;
        rk:certainty <certainty/stated> ; rk:basis <basis/document-states> ; rk:evidence <evidence/text> .
}

## Initiative-actor class
DELETE DATA { <initiative/tour-2024> rk:actor <actor/ja> . <claim/tour-2024-actor> rdf:object <actor/ja> } ;
INSERT DATA { <initiative/tour-2024> rk:actor <organisation/hokkaido> . <claim/tour-2024-actor> rdf:object <organisation/hokkaido> }

## Initiative-officialText minCount
DELETE DATA { <initiative/tour-2024> rk:officialText "JAと連携し、周遊観光を推進"@ja }

## Initiative-officialText maxCount
INSERT DATA { <initiative/tour-2024> rk:officialText "周遊観光を推進"@ja }

## Initiative-officialText languageIn
DELETE DATA { <initiative/tour-2024> rk:officialText "JAと連携し、周遊観光を推進"@ja } ;
INSERT DATA { <initiative/tour-2024> rk:officialText "JAと連携し、周遊観光を推進" }

## Initiative-joinedText not
DELETE DATA { <initiative/tour-2024> rk:officialText "JAと連携し、周遊観光を推進"@ja } ;
INSERT DATA { <initiative/tour-2024> rk:officialText "JAと連携し、 周遊観光を推進"@ja }

## Initiative-translatedText minCount
DELETE DATA { <initiative/tour-2024> rk:translatedText "Touring is promoted together with JA"@en }

## Initiative-translatedText maxCount
INSERT DATA { <initiative/tour-2024> rk:translatedText "Touring is promoted"@en }

## Initiative-translatedText languageIn
DELETE DATA { <initiative/tour-2024> rk:translatedText "Touring is promoted together with JA"@en } ;
INSERT DATA { <initiative/tour-2024> rk:translatedText "Touring is promoted together with JA" }

## Initiative-certainty minCount
DELETE DATA { <initiative/tour-2024> rk:certainty <certainty/stated> }

## Initiative-certainty maxCount
INSERT DATA { <initiative/tour-2024> rk:certainty <certainty/low> }

## Initiative-certainty class
DELETE DATA { <initiative/tour-2024> rk:certainty <certainty/stated> } ;
INSERT DATA { <initiative/tour-2024> rk:certainty <basis/document-states> }

## Initiative-basis minCount
DELETE DATA { <initiative/tour-2024> rk:basis <basis/document-states> }

## Initiative-basis maxCount
INSERT { <basis/other> ?p ?o } WHERE { <basis/document-states> ?p ?o } ;
INSERT DATA { <initiative/tour-2024> rk:basis <basis/other> }

## Initiative-basis class
DELETE DATA { <initiative/tour-2024> rk:basis <basis/document-states> } ;
INSERT DATA { <initiative/tour-2024> rk:basis <certainty/stated> }

## Initiative-evidence minCount
DELETE DATA { <initiative/tour-2024> rk:evidence <evidence/text> }

## Initiative-evidence class
INSERT DATA { <initiative/tour-2024> rk:evidence <page/list-1> }

## Claimed-statements sparql
DELETE WHERE { <claim/tour-2024-project> ?p ?o }

## Project-anyBureau or
# A project that has an initiative has a bureau, too.
INSERT DATA { <project/title-only> rk:initiative <initiative/tour-2024> }
