## ConceptSchemeShape or
# A ground of reading among the certainties.
DELETE DATA { <basis/document-states> skos:inScheme <concept-scheme/bases> } ;
INSERT DATA { <basis/document-states> skos:inScheme <concept-scheme/certainties> }

## Certainty-rank minCount
DELETE DATA { <certainty/stated> rk:rank 4 }

## Certainty-rank maxCount
INSERT DATA { <certainty/stated> rk:rank 3 }

## Certainty-rank datatype
DELETE DATA { <certainty/stated> rk:rank 4 } ;
INSERT DATA { <certainty/stated> rk:rank 4.0 }

## Certainty-rank minInclusive
DELETE DATA { <certainty/stated> rk:rank 4 } ;
INSERT DATA { <certainty/stated> rk:rank 0 }

## Certainty-rank maxInclusive
DELETE DATA { <certainty/stated> rk:rank 4 } ;
INSERT DATA { <certainty/stated> rk:rank 5 }

## Certainty-definition minCount
DELETE DATA { <certainty/stated> skos:definition "The source says so itself."@en }

## Certainty-definition maxCount
INSERT DATA { <certainty/stated> skos:definition "The source says so itself."@en-GB }

## Certainty-definition languageIn
DELETE DATA { <certainty/stated> skos:definition "The source says so itself."@en } ;
INSERT DATA { <certainty/stated> skos:definition "The source says so itself."@fr }

## Certainty-definition uniqueLang
DELETE DATA { <certainty/stated> skos:definition "The source says so itself."@en } ;
INSERT DATA { <certainty/stated> skos:definition "The source says so itself."@ja }

## Certainty-inScheme minCount
DELETE DATA { <certainty/stated> skos:inScheme <concept-scheme/certainties> }

## Certainty-inScheme maxCount
INSERT DATA {
    <certainty/stated> skos:inScheme <concept-scheme/other> .
    <concept-scheme/other> a skos:ConceptScheme ; rdfs:label "別の体系"@ja , "Another scheme"@en .
}

## Certainty-inScheme class
DELETE DATA { <certainty/stated> skos:inScheme <concept-scheme/certainties> } ;
INSERT DATA { <certainty/stated> skos:inScheme <concept-scheme/nowhere> }

## Basis-definition minCount
DELETE DATA { <basis/document-states> skos:definition "The document says it in so many words."@en }

## Basis-definition maxCount
INSERT DATA { <basis/document-states> skos:definition "The document says it in so many words."@en-GB }

## Basis-definition languageIn
DELETE DATA { <basis/document-states> skos:definition "The document says it in so many words."@en } ;
INSERT DATA { <basis/document-states> skos:definition "The document says it in so many words."@fr }

## Basis-definition uniqueLang
DELETE DATA { <basis/document-states> skos:definition "The document says it in so many words."@en } ;
INSERT DATA { <basis/document-states> skos:definition "The document says it in so many words."@ja }

## Basis-inScheme minCount
DELETE DATA { <basis/document-states> skos:inScheme <concept-scheme/bases> }

## Basis-inScheme maxCount
INSERT DATA {
    <basis/document-states> skos:inScheme <concept-scheme/other> .
    <concept-scheme/other> a skos:ConceptScheme ; rdfs:label "別の体系"@ja , "Another scheme"@en .
}

## Basis-inScheme class
DELETE DATA { <basis/document-states> skos:inScheme <concept-scheme/bases> } ;
INSERT DATA { <basis/document-states> skos:inScheme <concept-scheme/nowhere> }
