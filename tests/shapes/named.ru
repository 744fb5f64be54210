## Named-label minCount
DELETE DATA { <organisation/hokkaido> rdfs:label "Hokkaido"@en }

## Named-label maxCount
INSERT DATA { <organisation/hokkaido> rdfs:label "Hokkaido"@en-GB }

## Named-label languageIn
DELETE DATA { <organisation/hokkaido> rdfs:label "Hokkaido"@en } ;
INSERT DATA { <organisation/hokkaido> rdfs:label "Hokkaido" }

## Named-label uniqueLang
DELETE DATA { <organisation/hokkaido> rdfs:label "Hokkaido"@en } ;
INSERT DATA { <organisation/hokkaido> rdfs:label "北海道庁"@ja }

## Named-label pattern
# A space at the end.
DELETE DATA { <organisation/hokkaido> rdfs:label "Hokkaido"@en } ;
INSERT DATA { <organisation/hokkaido> rdfs:label "Hokkaido "@en }

## Named-altLabel languageIn
INSERT DATA { <organisation/hokkaido> skos:altLabel "Dō" }

## Commented-comment languageIn
INSERT DATA { <organisation/hokkaido> rdfs:comment "A prefecture." }

## Commented-comment uniqueLang
INSERT DATA { <organisation/hokkaido> rdfs:comment "A prefecture."@en }

## Read-kana minCount (Warning)
DELETE DATA { <organisation/hokkaido> rk:kana "ホッカイドウ"@ja-Hrkt }

## Read-kanaForm maxCount
INSERT DATA { <organisation/hokkaido> rk:kana "ドウ"@ja-Hrkt }

## Read-kanaForm pattern
# Hiragana.
DELETE DATA { <organisation/hokkaido> rk:kana "ホッカイドウ"@ja-Hrkt } ;
INSERT DATA { <organisation/hokkaido> rk:kana "ほっかいどう"@ja-Hrkt }

## Read-kanaForm languageIn
DELETE DATA { <organisation/hokkaido> rk:kana "ホッカイドウ"@ja-Hrkt } ;
INSERT DATA { <organisation/hokkaido> rk:kana "ホッカイドウ"@ja }

## Noted-note languageIn
INSERT DATA { <organisation/hokkaido> skos:note "An organisation." }

## AlsoCalled-class minCount (Warning)
INSERT DATA { <municipality/990000> skos:altLabel "瀬棚町"@ja }
