## Subprefecture-area minCount
DELETE DATA { <subprefecture/nemuro> rk:area <area/kushiro-nemuro> }

## Subprefecture-area maxCount
# Every subprefecture is in exactly one area.
INSERT { <area/other> ?p ?o } WHERE { <area/kushiro-nemuro> ?p ?o } ;
INSERT DATA { <subprefecture/nemuro> rk:area <area/other> }

## Subprefecture-area class
DELETE DATA { <subprefecture/nemuro> rk:area <area/kushiro-nemuro> } ;
INSERT DATA { <subprefecture/nemuro> rk:area <area/nowhere> }

## Subprefecture-prefecture minCount
DELETE DATA { <subprefecture/nemuro> rk:prefecture <prefecture/hokkaido> }

## Subprefecture-prefecture maxCount
INSERT { <prefecture/other> ?p ?o } WHERE { <prefecture/hokkaido> ?p ?o . FILTER(?p != rk:code) } ;
INSERT DATA { <prefecture/other> rk:code "020001" . <subprefecture/nemuro> rk:prefecture <prefecture/other> }

## Subprefecture-prefecture class
DELETE DATA { <subprefecture/nemuro> rk:prefecture <prefecture/hokkaido> } ;
INSERT DATA { <subprefecture/nemuro> rk:prefecture <prefecture/nowhere> }

## Subprefecture-bureau minCount
# Nothing governs it any more.
DELETE WHERE { <bureau/kushiro> ?p ?o } ;
DELETE DATA { <subprefecture/kushiro> rk:bureau <bureau/kushiro> }

## Subprefecture-bureau maxCount
INSERT { <bureau/second> ?p ?o } WHERE { <bureau/kushiro> ?p ?o } ;
INSERT DATA { <subprefecture/kushiro> rk:bureau <bureau/second> }

## Subprefecture-bureau class
DELETE WHERE { <bureau/kushiro> ?p ?o } ;
INSERT DATA { <bureau/kushiro> rk:jurisdiction <subprefecture/kushiro> }

## Subprefecture-jurisdiction equals
INSERT DATA { <bureau/nowhere> rk:jurisdiction <subprefecture/kushiro> }

## Subprefecture-standardAreaCode minCount (Warning)
DELETE DATA { <subprefecture/kushiro> rk:standardAreaCode "C01660" }

## Subprefecture-municipalities qualifiedMinCount (Warning)
# A bureau may sit elsewhere; but a subprefecture without any municipality is a gap.
INSERT { <subprefecture/empty> ?p ?o } WHERE { <subprefecture/kushiro> ?p ?o . FILTER(?p NOT IN (rk:bureau, rk:standardAreaCode)) } ;
INSERT { <bureau/empty> ?p ?o } WHERE { <bureau/kushiro> ?p ?o . FILTER(?p NOT IN (rk:jurisdiction, rk:seat)) } ;
INSERT DATA {
    <subprefecture/empty> rk:standardAreaCode "C01630" ; rk:bureau <bureau/empty> .
    <bureau/empty> rk:jurisdiction <subprefecture/empty> ; rk:seat <municipality/012068> .
}

## Subprefecture-geometry minCount (Warning)
DELETE DATA { <subprefecture/kushiro> geo:hasGeometry <geometry/kushiro> }
