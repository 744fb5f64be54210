## FiscalYear-startDate minCount
DELETE DATA { <fiscal-year/2024> rk:startDate "2024-04-01"^^xsd:date }

## FiscalYear-startDate maxCount
INSERT DATA {
    <fiscal-year/2024> rk:startDate "2025-04-01"^^xsd:date .
    <instant/2024-04-01> time:inXSDDate "2025-04-01"^^xsd:date .
}

## FiscalYear-startDate datatype
DELETE DATA { <fiscal-year/2024> rk:startDate "2024-04-01"^^xsd:date . <instant/2024-04-01> time:inXSDDate "2024-04-01"^^xsd:date } ;
INSERT DATA { <fiscal-year/2024> rk:startDate "2024-04-01" . <instant/2024-04-01> time:inXSDDate "2024-04-01" }

## FiscalYear-startDate pattern
DELETE DATA { <fiscal-year/2024> rk:startDate "2024-04-01"^^xsd:date . <instant/2024-04-01> time:inXSDDate "2024-04-01"^^xsd:date } ;
INSERT DATA { <fiscal-year/2024> rk:startDate "2024-01-01"^^xsd:date . <instant/2024-04-01> time:inXSDDate "2024-01-01"^^xsd:date }

## FiscalYear-endDate minCount
DELETE DATA { <fiscal-year/2024> rk:endDate "2025-03-31"^^xsd:date }

## FiscalYear-endDate maxCount
INSERT DATA {
    <fiscal-year/2024> rk:endDate "2024-03-31"^^xsd:date .
    <instant/2025-03-31> time:inXSDDate "2024-03-31"^^xsd:date .
}

## FiscalYear-endDate datatype
DELETE DATA { <fiscal-year/2024> rk:endDate "2025-03-31"^^xsd:date . <instant/2025-03-31> time:inXSDDate "2025-03-31"^^xsd:date } ;
INSERT DATA { <fiscal-year/2024> rk:endDate "2025-03-31" . <instant/2025-03-31> time:inXSDDate "2025-03-31" }

## FiscalYear-endDate pattern
DELETE DATA { <fiscal-year/2024> rk:endDate "2025-03-31"^^xsd:date . <instant/2025-03-31> time:inXSDDate "2025-03-31"^^xsd:date } ;
INSERT DATA { <fiscal-year/2024> rk:endDate "2025-12-31"^^xsd:date . <instant/2025-03-31> time:inXSDDate "2025-12-31"^^xsd:date }

## FiscalYear-oneYear maxCount
DELETE DATA { <fiscal-year/2024> rk:endDate "2025-03-31"^^xsd:date . <instant/2025-03-31> time:inXSDDate "2025-03-31"^^xsd:date } ;
INSERT DATA { <fiscal-year/2024> rk:endDate "2026-03-31"^^xsd:date . <instant/2025-03-31> time:inXSDDate "2026-03-31"^^xsd:date }

## FiscalYear-beginning minCount (Warning)
DELETE DATA { <instant/2024-04-01> time:inXSDDate "2024-04-01"^^xsd:date }

## FiscalYear-beginningAgrees or
DELETE DATA { <instant/2024-04-01> time:inXSDDate "2024-04-01"^^xsd:date } ;
INSERT DATA { <instant/2024-04-01> time:inXSDDate "2024-04-02"^^xsd:date }

## FiscalYear-end minCount (Warning)
DELETE DATA { <instant/2025-03-31> time:inXSDDate "2025-03-31"^^xsd:date }

## FiscalYear-endAgrees or
DELETE DATA { <instant/2025-03-31> time:inXSDDate "2025-03-31"^^xsd:date } ;
INSERT DATA { <instant/2025-03-31> time:inXSDDate "2025-03-30"^^xsd:date }
