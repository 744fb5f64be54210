## Policy-strategy minCount
# The strategy is then served by another policy.
DELETE DATA { <policy/2021> rk:strategy <strategy/second> } ;
INSERT DATA { <policy/2025> rk:strategy <strategy/second> }

## Policy-strategy class
INSERT DATA { <policy/2021> rk:strategy <strategy/nowhere> }

## Policy-startDate minCount
DELETE DATA { <policy/2021> rk:startDate "2022-01"^^xsd:gYearMonth }

## Policy-startDate maxCount
INSERT DATA { <policy/2021> rk:startDate "2022-02"^^xsd:gYearMonth }

## Policy-startDate node
DELETE DATA { <policy/2021> rk:startDate "2022-01"^^xsd:gYearMonth } ;
INSERT DATA { <policy/2021> rk:startDate "2022-01" }

## Policy-endDate maxCount
INSERT DATA { <policy/2021> rk:endDate "2026"^^xsd:gYear }

## Policy-endDate node
DELETE DATA { <policy/2021> rk:endDate "2025"^^xsd:gYear } ;
INSERT DATA { <policy/2021> rk:endDate 2025 }

## Policy-period maxCount
# The same year, but an earlier month.
DELETE DATA { <policy/2021> rk:endDate "2025"^^xsd:gYear } ;
INSERT DATA { <policy/2021> rk:endDate "2021-12-31"^^xsd:date }

## Policy-adoptedOn maxCount
INSERT DATA { <policy/2021> rk:adoptedOn "2021-12"^^xsd:gYearMonth }

## Policy-adoptedOn node
DELETE DATA { <policy/2021> rk:adoptedOn "2021-12-24"^^xsd:date } ;
INSERT DATA { <policy/2021> rk:adoptedOn "2021-12-24T00:00:00"^^xsd:dateTime }

## Policy-successor class
INSERT DATA { <policy/2025> rk:successor <strategy/third> }

## Policy-declaredProjectCount maxCount
INSERT DATA { <policy/2021> rk:declaredProjectCount 52 }

## Policy-declaredProjectCount datatype
DELETE DATA { <policy/2021> rk:declaredProjectCount 51 } ;
INSERT DATA { <policy/2021> rk:declaredProjectCount 51.0 }

## Policy-declaredProjectCount minInclusive
DELETE DATA { <policy/2021> rk:declaredProjectCount 51 } ;
INSERT DATA { <policy/2021> rk:declaredProjectCount 0 }
