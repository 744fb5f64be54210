## CooperationArea-prefecture minCount
DELETE DATA { <area/kushiro-nemuro> rk:prefecture <prefecture/hokkaido> }

## CooperationArea-prefecture maxCount
INSERT { <prefecture/other> ?p ?o } WHERE { <prefecture/hokkaido> ?p ?o . FILTER(?p != rk:code) } ;
INSERT DATA { <prefecture/other> rk:code "020001" . <area/kushiro-nemuro> rk:prefecture <prefecture/other> }

## CooperationArea-prefecture class
DELETE DATA { <area/kushiro-nemuro> rk:prefecture <prefecture/hokkaido> } ;
INSERT DATA { <area/kushiro-nemuro> rk:prefecture <prefecture/nowhere> }

## CooperationArea-declaredProjectCount maxCount
INSERT DATA { <area/kushiro-nemuro> rk:declaredProjectCount 6 }

## CooperationArea-declaredProjectCount datatype
DELETE DATA { <area/kushiro-nemuro> rk:declaredProjectCount 5 } ;
INSERT DATA { <area/kushiro-nemuro> rk:declaredProjectCount 5.0 }

## CooperationArea-declaredProjectCount minInclusive
DELETE DATA { <area/kushiro-nemuro> rk:declaredProjectCount 5 } ;
INSERT DATA { <area/kushiro-nemuro> rk:declaredProjectCount 0 }

## CooperationArea-subprefectures qualifiedMinCount
# An area that no subprefecture belongs to; a municipality alone does not make it one.
INSERT { <area/empty> ?p ?o } WHERE { <area/kushiro-nemuro> ?p ?o } ;
INSERT DATA { <municipality/nowhere> rk:area <area/empty> }
