#!/bin/sh
# Writes requirements.lock and requirements-dev.lock from pyproject.toml: `deploy/lock.sh FOLDER-OF-PROGRAMS`.
# Both hold for all platforms and for every Python from 3.11 on, pin by hash, and name no index or address.
set -eu

bin=$1
export UV_NO_CONFIG=1
[ -x "$bin/uv" ] || "$bin/python" -m pip --disable-pip-version-check --quiet install uv
options="--universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header --quiet"

read_list() {
    "$bin/python" -c "import tomllib; d = tomllib.load(open('pyproject.toml', 'rb')); print(*d$1, sep='\n')"
}

# The tools that build our own package are pinned too, so that installing it fetches nothing that is not.
read_list "['build-system']['requires']" | "$bin/uv" pip compile $options pyproject.toml - -o requirements.lock
read_list "['dependency-groups']['dev']" |
    "$bin/uv" pip compile $options pyproject.toml - -c requirements.lock -o requirements-dev.lock
