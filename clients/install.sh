#!/bin/sh
# Gets the programs that the examples call, where they are missing: curl, and GDAL's for what QGIS reads.
set -eu
missing=
command -v curl >/dev/null || missing="$missing curl"
command -v ogrinfo >/dev/null && command -v ogr2ogr >/dev/null || missing="$missing gdal-bin"
[ -n "$missing" ] || exit 0
if ! command -v apt-get >/dev/null; then
    echo "The examples in clients/ need$missing (names of Debian's packages): install them, then go on." >&2
    exit 1
fi
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }
as_root apt-get update -qq
# shellcheck disable=SC2086  # one word for each package
as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing
