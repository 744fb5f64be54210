#!/bin/sh
# Gets a Chromium for the tests of the pages, where there is none: Debian's own, else the one that Playwright brings.
set -eu
for name in chromium chromium-browser google-chrome; do
    if command -v "$name" >/dev/null && "$name" --version >/dev/null 2>&1; then exit 0; fi
done
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }
if grep -qs '^ID=debian' /etc/os-release; then
    as_root apt-get update -qq
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium
else
    "$(dirname "$0")/../../.venv/bin/playwright" install --with-deps chromium
fi
