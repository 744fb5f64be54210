## Actor-definition minCount
DELETE DATA { <actor/ja> skos:definition "Cooperatives that farmers form."@en }

## Actor-definition maxCount
INSERT DATA { <actor/ja> skos:definition "Cooperatives that farmers form."@en-GB }

## Actor-definition languageIn
DELETE DATA { <actor/ja> skos:definition "Cooperatives that farmers form."@en } ;
INSERT DATA { <actor/ja> skos:definition "Cooperatives that farmers form."@fr }

## Actor-definition uniqueLang
DELETE DATA { <actor/ja> skos:definition "Cooperatives that farmers form."@en } ;
INSERT DATA { <actor/ja> skos:definition "Cooperatives that farmers form."@ja }

## Actor-inScheme minCount
DELETE DATA { <actor/ja> skos:inScheme <concept-scheme/actors> }

## Actor-inScheme maxCount
INSERT DATA {
    <actor/ja> skos:inScheme <concept-scheme/other> .
    <concept-scheme/other> a skos:ConceptScheme ; rdfs:label "別の体系"@ja , "Another scheme"@en .
}

## Actor-inScheme class
DELETE DATA { <actor/ja> skos:inScheme <concept-scheme/actors> } ;
INSERT DATA { <actor/ja> skos:inScheme <concept-scheme/nowhere> }

## Actor-evidence class
INSERT DATA { <actor/ja> rk:evidence <page/list-1> }

## Actor-named minCount (Warning)
DELETE DATA { <actor/ja> rk:evidence <evidence/ja> }
