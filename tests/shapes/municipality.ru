## Municipality-kind qualifiedMinCount
DELETE DATA { <municipality/016918> a rk:Town } ;
INSERT DATA { <municipality/016918> a rk:Municipality }

## Municipality-kind qualifiedMaxCount
INSERT DATA { <municipality/016918> a rk:Village }

## Municipality-code minCount
DELETE DATA { <municipality/016918> rk:code "016918" }

## Municipality-code minCount
# Those of the Northern Territories have one too.
DELETE DATA { <municipality/016951> rk:code "016951" }

## Municipality-standardAreaCode minCount
DELETE DATA { <municipality/016918> rk:standardAreaCode "C01691" }

## Municipality-subprefecture minCount
DELETE DATA { <municipality/016918> rk:subprefecture <subprefecture/nemuro> }

## Municipality-subprefecture maxCount
INSERT DATA { <municipality/016918> rk:subprefecture <subprefecture/kushiro> }

## Municipality-subprefecture class
DELETE DATA { <municipality/016918> rk:subprefecture <subprefecture/nemuro> } ;
INSERT DATA { <municipality/016918> rk:subprefecture <bureau/nemuro> }

## Municipality-area minCount
DELETE DATA { <municipality/016918> rk:area <area/kushiro-nemuro> }

## Municipality-area maxCount
INSERT { <area/other> ?p ?o } WHERE { <area/kushiro-nemuro> ?p ?o } ;
DELETE DATA { <subprefecture/kushiro> rk:area <area/kushiro-nemuro> } ;
INSERT DATA {
    <subprefecture/kushiro> rk:area <area/other> .
    <municipality/016918> rk:area <area/other> .
}

## Municipality-area class
DELETE DATA { <municipality/016918> rk:area <area/kushiro-nemuro> } ;
INSERT DATA { <municipality/016918> rk:area <area/nowhere> }

## Municipality-prefecture minCount
DELETE DATA { <municipality/016918> rk:prefecture <prefecture/hokkaido> }

## Municipality-prefecture maxCount
INSERT { <prefecture/other> ?p ?o } WHERE { <prefecture/hokkaido> ?p ?o . FILTER(?p != rk:code) } ;
INSERT DATA { <prefecture/other> rk:code "020001" . <municipality/016918> rk:prefecture <prefecture/other> }

## Municipality-prefecture class
DELETE DATA { <municipality/016918> rk:prefecture <prefecture/hokkaido> } ;
INSERT DATA { <municipality/016918> rk:prefecture <prefecture/nowhere> }

## Municipality-district maxCount
INSERT DATA { <municipality/016918> rk:district "標津郡"@ja }

## Municipality-district pattern
DELETE DATA { <municipality/016918> rk:district "野付郡"@ja } ;
INSERT DATA { <municipality/016918> rk:district "野付"@ja }

## Municipality-district languageIn
DELETE DATA { <municipality/016918> rk:district "野付郡"@ja } ;
INSERT DATA { <municipality/016918> rk:district "野付郡" }

## Municipality-districtOfTown minCount (Warning)
DELETE DATA { <municipality/016918> rk:district "野付郡"@ja }

## Municipality-districtOfCity maxCount
INSERT DATA { <municipality/012238> rk:district "花咲郡"@ja }

## Municipality-homepage minCount (Warning)
DELETE DATA { <municipality/016918> foaf:homepage <https://example.org/betsukai> }

## Municipality-geometry minCount (Warning)
DELETE DATA { <municipality/016918> geo:hasGeometry <geometry/betsukai> } ;
DELETE WHERE { <geometry/betsukai> ?p ?o }

## Municipality-latitude maxCount
INSERT DATA { <municipality/016918> schema:latitude 43.89 }

## Municipality-latitude datatype
DELETE DATA { <municipality/016918> schema:latitude 43.39 } ;
INSERT DATA { <municipality/016918> schema:latitude 43.39e0 }

## Municipality-latitude minInclusive
DELETE DATA { <municipality/016918> schema:latitude 43.39 } ;
INSERT DATA { <municipality/016918> schema:latitude 19.9 }

## Municipality-latitude maxInclusive
DELETE DATA { <municipality/016918> schema:latitude 43.39 } ;
INSERT DATA { <municipality/016918> schema:latitude 46.1 }

## Municipality-longitude maxCount
INSERT DATA { <municipality/016918> schema:longitude 145.62 }

## Municipality-longitude datatype
DELETE DATA { <municipality/016918> schema:longitude 145.12 } ;
INSERT DATA { <municipality/016918> schema:longitude 145.12e0 }

## Municipality-longitude minInclusive
DELETE DATA { <municipality/016918> schema:longitude 145.12 } ;
INSERT DATA { <municipality/016918> schema:longitude 121.9 }

## Municipality-longitude maxInclusive
DELETE DATA { <municipality/016918> schema:longitude 145.12 } ;
INSERT DATA { <municipality/016918> schema:longitude 154.1 }
