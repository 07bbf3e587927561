#!/bin/sh
# Sees to a Chromium for the tests of the page: one that is there, else the system's package, where this user may
# install it. Where there is none in the end the tests say what they leave out, so that this never fails.

for name in ${TRIBUNE_TEST_BROWSER:-} chromium chromium-browser google-chrome google-chrome-stable; do
    command -v "$name" >/dev/null 2>&1 && exit 0
done
for path in "${PLAYWRIGHT_BROWSERS_PATH:-$HOME/.cache/ms-playwright}"/chromium*; do
    [ -d "$path" ] && exit 0
done

if [ "$(id -u)" = 0 ]; then
    may=
elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
    may="sudo -n"
else
    may=no
fi

apt() {
    # shellcheck disable=SC2086
    $may env DEBIAN_FRONTEND=noninteractive apt-get -q -o Acquire::Retries=1 -o Acquire::http::Timeout=30 "$@" </dev/null
}

if [ "$may" != no ] && command -v apt-get >/dev/null 2>&1; then
    echo "No Chromium for the tests of the page: installing the system's (apt-get install chromium) …"
    apt update && apt install -y --no-install-recommends chromium && exit 0
fi
echo "No Chromium, and none could be installed: the tests of the page in a browser will be left out." >&2
exit 0
