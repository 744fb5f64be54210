## Geometry-asWKT minCount
DELETE WHERE { <geometry/point> geo:asWKT ?wkt }

## Geometry-asWKT maxCount
INSERT DATA { <geometry/point> geo:asWKT "POINT(145.6 43.3)"^^geo:wktLiteral }

## Geometry-asWKT datatype
DELETE WHERE { <geometry/point> geo:asWKT ?wkt } ;
INSERT DATA { <geometry/point> geo:asWKT "POINT(145.58 43.33)" }

## Geometry-crs pattern
# Only CRS84 is served: another system must be converted, not declared.
DELETE WHERE { <geometry/point> geo:asWKT ?wkt } ;
INSERT DATA { <geometry/point> geo:asWKT "<http://www.opengis.net/def/crs/EPSG/0/6668> POINT(145.58 43.33)"^^geo:wktLiteral }

## Geometry-inJapan pattern
# Latitude and longitude have changed places.
DELETE WHERE { <geometry/point> geo:asWKT ?wkt } ;
INSERT DATA { <geometry/point> geo:asWKT "POINT(43.33 145.58)"^^geo:wktLiteral }

## Geometry-inJapan pattern
# One corner of a part lies outside.
DELETE WHERE { <geometry/parts> geo:asWKT ?wkt } ;
INSERT DATA { <geometry/parts> geo:asWKT "MULTIPOLYGON (((145 43, 146 43, 146 44, 145 43)), ((144 43, 144.5 43, 14.5 43.5, 144 43)))"^^geo:wktLiteral }

## Geometry-feature minCount (Warning)
DELETE DATA { <municipality/012238> geo:hasGeometry <geometry/point> }
