#!/bin/sh
# Gets Virtuoso 7 for the tests over real engines, where there is none: Debian's own. Oxigraph's server is a pinned
# package of PyPI. Where Virtuoso cannot be had, its tests fail and say so.
set -eu
if command -v virtuoso-t >/dev/null; then exit 0; fi
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }
if grep -qsE '^ID(_LIKE)?=.*(debian|ubuntu)' /etc/os-release; then
    as_root apt-get update -qq
    # Its own service is not wanted: the tests start their own, on loopback.
    as_root env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -y -qq --no-install-recommends virtuoso-opensource-7
else
    echo "tests/engines: Virtuoso 7 is not installed, and here is no Debian to get it from: its tests will fail." >&2
fi
