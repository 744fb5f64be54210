## Region-code maxCount
INSERT DATA { <municipality/012238> rk:code "012246" } ;
DELETE DATA { <municipality/012238> rk:standardAreaCode "C01223" }

## Region-code datatype
DELETE DATA { <municipality/012238> rk:code "012238" } ;
INSERT DATA { <municipality/012238> rk:code "012238"@en }

## Region-code pattern
# The code without its check digit.
DELETE DATA { <municipality/012238> rk:code "012238" } ;
INSERT DATA { <municipality/012238> rk:code "01223" }

## Region-checkDigit maxCount
DELETE DATA { <municipality/012238> rk:code "012238" } ;
INSERT DATA { <municipality/012238> rk:code "012237" }

## Region-checkDigit maxCount
# Two digits changed places: the last one belongs to 01223, not to 10223.
DELETE DATA { <municipality/012238> rk:code "012238" ; rk:standardAreaCode "C01223" } ;
INSERT DATA { <municipality/012238> rk:code "102238" }

## Region-ownCode maxCount
INSERT DATA {
    <municipality/copy> a rk:Region ; rdfs:label "写し"@ja , "Copy"@en ; rk:kana "ウツシ"@ja-Hrkt ;
        rk:code "012238" ; dcterms:source <https://example.org/codes> .
}

## Region-standardAreaCode maxCount
DELETE DATA { <municipality/012238> rk:code "012238" } ;
INSERT DATA { <municipality/012238> rk:standardAreaCode "C01224" }

## Region-standardAreaCode datatype
DELETE DATA { <municipality/012238> rk:standardAreaCode "C01223" } ;
INSERT DATA { <municipality/012238> rk:standardAreaCode "C01223"@en }

## Region-standardAreaCode pattern
DELETE DATA { <municipality/012238> rk:standardAreaCode "C01223" } ;
INSERT DATA { <municipality/012238> rk:standardAreaCode "S01223" }

## Region-ownAreaCode maxCount
INSERT DATA {
    <municipality/copy> a rk:Region ; rdfs:label "写し"@ja , "Copy"@en ; rk:kana "ウツシ"@ja-Hrkt ;
        rk:standardAreaCode "C01223" ; dcterms:source <https://example.org/codes> .
}

## Region-codesAgree maxCount
DELETE DATA { <municipality/012238> rk:standardAreaCode "C01223" } ;
INSERT DATA { <municipality/012238> rk:standardAreaCode "C01224" }

## Region-geometry class
INSERT DATA { <municipality/012238> geo:hasGeometry "POINT(145.58 43.33)"^^geo:wktLiteral }
