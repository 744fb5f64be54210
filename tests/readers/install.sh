#!/bin/sh
# Gets nginx for the test of several servers behind it, where there is none: Debian's own.
set -eu
PATH="$PATH:/usr/sbin:/usr/local/sbin"
if command -v nginx >/dev/null; then exit 0; fi
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }
if grep -qsE '^ID(_LIKE)?=.*(debian|ubuntu)' /etc/os-release; then
    as_root apt-get update -qq
    # Its own service is not wanted: the tests start their own, on loopback.
    as_root env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -y -qq --no-install-recommends nginx
else
    echo "tests/readers: nginx is not installed, and here is no Debian to get it from: its test will fail." >&2
fi
