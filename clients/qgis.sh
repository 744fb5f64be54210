#!/bin/sh
# Our layers as QGIS sees them (GDAL is what it reads them with), and all of them in a GeoPackage to work on.
set -eu
RENKEI=${RENKEI_URL:-http://127.0.0.1:8080}
TO=${1:-renkei.gpkg}

for layer in regions municipalities assets; do
    served="/vsicurl/$RENKEI/files/$layer.geojson"
    ogrinfo -ro -so "$served" "$layer" | grep -E '^(Layer name|Geometry|Feature Count)'
    ogr2ogr -f GPKG -overwrite -mapFieldType StringList=String "$TO" "$served"
done
ogrinfo -ro -q "$TO" -sql 'SELECT name_ja, area_ja, projects FROM regions ORDER BY projects DESC, kana LIMIT 1'
