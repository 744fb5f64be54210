## Evidence-quote minCount
DELETE DATA { <evidence/text> rk:quote "JAと連携し、周遊観光を推進"@ja }

## Evidence-quote maxCount
INSERT DATA { <evidence/text> rk:quote "周遊観光を推進"@ja }

## Evidence-quote languageIn
DELETE DATA { <evidence/text> rk:quote "JAと連携し、周遊観光を推進"@ja } ;
INSERT DATA { <evidence/text> rk:quote "JAと連携し、周遊観光を推進" }

## Evidence-quote minLength
DELETE DATA { <evidence/text> rk:quote "JAと連携し、周遊観光を推進"@ja } ;
INSERT DATA { <evidence/text> rk:quote ""@ja }

## Evidence-joinedQuote not
DELETE DATA { <evidence/text> rk:quote "JAと連携し、周遊観光を推進"@ja } ;
INSERT DATA { <evidence/text> rk:quote "JAと連携し、\n周遊観光を推進"@ja }

## Evidence-joinedQuote not
DELETE DATA { <evidence/text> rk:quote "JAと連携し、周遊観光を推進"@ja } ;
INSERT DATA { <evidence/text> rk:quote "JAと連携し、 周遊観光を推進"@ja }

## Evidence-page minCount
DELETE DATA { <evidence/text> rk:page <page/list-1> }

## Evidence-page maxCount
INSERT DATA { <evidence/text> rk:page <page/list-0> }

## Evidence-page class
DELETE DATA { <evidence/text> rk:page <page/list-1> } ;
INSERT DATA { <evidence/text> rk:page <page/nowhere> }

## Evidence-occurrence maxCount
INSERT DATA { <evidence/ja> rk:occurrence 2 }

## Evidence-occurrence datatype
DELETE DATA { <evidence/ja> rk:occurrence 1 } ;
INSERT DATA { <evidence/ja> rk:occurrence 1.0 }

## Evidence-occurrence minInclusive
DELETE DATA { <evidence/ja> rk:occurrence 1 } ;
INSERT DATA { <evidence/ja> rk:occurrence 0 }

## Evidence-within maxCount
INSERT DATA { <evidence/ja> rk:within <evidence/ja> }

## Evidence-within class
DELETE DATA { <evidence/ja> rk:within <evidence/text> } ;
INSERT DATA { <evidence/ja> rk:within <evidence/nowhere> }

## Evidence-names or
INSERT DATA { <evidence/ja> rk:names <organisation/hokkaido> }

## Evidence-namesWithin minCount
DELETE DATA { <evidence/ja> rk:within <evidence/text> }

## Evidence-certainty maxCount
INSERT DATA { <evidence/ja> rk:certainty <certainty/low> }

## Evidence-certainty class
DELETE DATA { <evidence/ja> rk:certainty <certainty/stated> } ;
INSERT DATA { <evidence/ja> rk:certainty <certainty/nowhere> }

## Evidence-basis maxCount
INSERT { <basis/other> ?p ?o } WHERE { <basis/document-states> ?p ?o } ;
INSERT DATA { <evidence/ja> rk:basis <basis/other> }

## Evidence-basis class
DELETE DATA { <evidence/ja> rk:basis <basis/document-states> } ;
INSERT DATA { <evidence/ja> rk:basis <basis/nowhere> }

## Evidence-body minCount (Warning)
DELETE DATA { <evidence/ja> oa:hasBody <actor/ja> }

## Evidence-target minCount
DELETE DATA { <evidence/text> oa:hasTarget <target/text> }

## Evidence-target maxCount
INSERT DATA { <evidence/text> oa:hasTarget <target/ja> }

## Evidence-target class
DELETE DATA { <evidence/text> oa:hasTarget <target/text> } ;
INSERT DATA { <evidence/text> oa:hasTarget <target/nowhere> }

## Target-source minCount
DELETE DATA { <target/text> oa:hasSource <document/list> }

## Target-source maxCount
INSERT { <document/other> ?p ?o } WHERE { <document/list> ?p ?o } ;
INSERT DATA { <target/text> oa:hasSource <document/other> . <page/list-0> rk:document <document/other> } ;
DELETE DATA { <page/list-0> rk:document <document/list> }

## Target-source class
DELETE DATA { <target/text> oa:hasSource <document/list> } ;
INSERT DATA { <target/text> oa:hasSource <document/nowhere> }

## Target-quoteSelector qualifiedMinCount
DELETE DATA { <target/text> oa:hasSelector <quote-selector/text> }

## Target-quoteSelector qualifiedMaxCount
INSERT DATA { <target/text> oa:hasSelector <quote-selector/ja> }

## Target-positionSelector qualifiedMinCount
DELETE DATA { <target/text> oa:hasSelector <position-selector/text> }

## Target-positionSelector qualifiedMaxCount
INSERT DATA { <target/text> oa:hasSelector <position-selector/ja> }

## TextQuoteSelector-exact minCount
DELETE DATA { <quote-selector/ja> oa:exact "JA" }

## TextQuoteSelector-exact maxCount
INSERT DATA { <quote-selector/ja> oa:exact "DMO" }

## TextQuoteSelector-exact datatype
DELETE DATA { <quote-selector/ja> oa:exact "JA" } ;
INSERT DATA { <quote-selector/ja> oa:exact "JA"@ja }

## TextQuoteSelector-exact minLength
DELETE DATA { <quote-selector/ja> oa:exact "JA" } ;
INSERT DATA { <quote-selector/ja> oa:exact "" }

## TextPositionSelector-start minCount
DELETE DATA { <position-selector/ja> oa:start 0 }

## TextPositionSelector-start maxCount
INSERT DATA { <position-selector/ja> oa:start 1 }

## TextPositionSelector-start datatype
DELETE DATA { <position-selector/ja> oa:start 0 } ;
INSERT DATA { <position-selector/ja> oa:start 0.0 }

## TextPositionSelector-start minInclusive
DELETE DATA { <position-selector/ja> oa:start 0 } ;
INSERT DATA { <position-selector/ja> oa:start -1 }

## TextPositionSelector-end minCount
DELETE DATA { <position-selector/ja> oa:end 2 }

## TextPositionSelector-end maxCount
INSERT DATA { <position-selector/ja> oa:end 3 }

## TextPositionSelector-end datatype
DELETE DATA { <position-selector/ja> oa:end 2 } ;
INSERT DATA { <position-selector/ja> oa:end 2.0 }

## TextPositionSelector-order lessThan
# Nothing stands between them.
DELETE DATA { <position-selector/ja> oa:end 2 } ;
INSERT DATA { <position-selector/ja> oa:end 0 }
