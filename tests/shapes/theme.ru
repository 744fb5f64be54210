## Theme-prefLabel minCount
DELETE DATA { <theme/food> skos:prefLabel "Food"@en }

## Theme-prefLabel maxCount
INSERT DATA { <theme/food> skos:prefLabel "Food"@en-GB }

## Theme-prefLabel languageIn
DELETE DATA { <theme/food> skos:prefLabel "Food"@en } ;
INSERT DATA { <theme/food> skos:prefLabel "Food"@fr }

## Theme-prefLabel uniqueLang
DELETE DATA { <theme/food> skos:prefLabel "Food"@en } ;
INSERT DATA { <theme/food> skos:prefLabel "Food"@ja }

## Theme-definition minCount
DELETE DATA { <theme/food> skos:definition "The food of a region."@en }

## Theme-definition maxCount
INSERT DATA { <theme/food> skos:definition "The food of a region."@en-GB }

## Theme-definition languageIn
DELETE DATA { <theme/food> skos:definition "The food of a region."@en } ;
INSERT DATA { <theme/food> skos:definition "The food of a region."@fr }

## Theme-definition uniqueLang
DELETE DATA { <theme/food> skos:definition "The food of a region."@en } ;
INSERT DATA { <theme/food> skos:definition "The food of a region."@ja }

## Theme-scopeNote minCount
DELETE DATA { <theme/food> skos:scopeNote "Not farming and fishing."@en }

## Theme-scopeNote maxCount
INSERT DATA { <theme/food> skos:scopeNote "Not farming and fishing."@en-GB }

## Theme-scopeNote languageIn
DELETE DATA { <theme/food> skos:scopeNote "Not farming and fishing."@en } ;
INSERT DATA { <theme/food> skos:scopeNote "Not farming and fishing."@fr }

## Theme-scopeNote uniqueLang
DELETE DATA { <theme/food> skos:scopeNote "Not farming and fishing."@en } ;
INSERT DATA { <theme/food> skos:scopeNote "Not farming and fishing."@ja }

## Theme-inScheme minCount
DELETE DATA { <theme/food> skos:inScheme <concept-scheme/themes> }

## Theme-inScheme maxCount
INSERT DATA {
    <theme/food> skos:inScheme <concept-scheme/other> .
    <concept-scheme/other> a skos:ConceptScheme ; rdfs:label "別の体系"@ja , "Another scheme"@en .
}

## Theme-inScheme class
DELETE DATA { <theme/food> skos:inScheme <concept-scheme/themes> } ;
INSERT DATA { <theme/food> skos:inScheme <concept-scheme/nowhere> }

## Theme-level xone
# At the top and below another at once.
INSERT DATA {
    <theme/touring> skos:topConceptOf <concept-scheme/themes> .
    <concept-scheme/themes> skos:hasTopConcept <theme/touring> .
}

## Theme-level xone
# Neither at the top nor below another.
DELETE DATA {
    <theme/food> skos:topConceptOf <concept-scheme/themes> .
    <concept-scheme/themes> skos:hasTopConcept <theme/food> .
}

## Theme-broader maxCount
INSERT DATA { <theme/touring> skos:broader <theme/food> }

## Theme-broader class
DELETE DATA { <theme/touring> skos:broader <theme/tourism> } ;
INSERT DATA { <theme/touring> skos:broader <theme/nowhere> }

## Theme-broaderScheme or
DELETE DATA { <theme/touring> skos:inScheme <concept-scheme/themes> } ;
INSERT DATA {
    <theme/touring> skos:inScheme <concept-scheme/other> .
    <concept-scheme/other> a skos:ConceptScheme ; rdfs:label "別の体系"@ja , "Another scheme"@en .
}

## Theme-twoLevels maxCount
# Food below touring, which is below tourism.
DELETE DATA {
    <theme/food> skos:topConceptOf <concept-scheme/themes> .
    <concept-scheme/themes> skos:hasTopConcept <theme/food> .
} ;
INSERT DATA { <theme/food> skos:broader <theme/touring> . <project/tour> rk:theme <theme/food> }

## Theme-topConceptOf equals
DELETE DATA { <concept-scheme/themes> skos:hasTopConcept <theme/food> }

## Theme-used minCount (Info)
DELETE DATA { <project/tour> rk:theme <theme/touring> }
