#!/bin/sh
# Makes a virtual environment with the first fitting Python: `deploy/venv.sh FOLDER`. PYTHON names one to be used.
set -eu

folder=$1
wanted='import sys; sys.exit(0 if sys.version_info >= (3, 11) else 1)'
old=
bare=

for python in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11 python; do
    "$python" -c '' >/dev/null 2>&1 || continue
    if ! "$python" -c "$wanted" >/dev/null 2>&1; then
        old="$old $python ($("$python" -c 'import platform; print(platform.python_version())' 2>/dev/null || echo '?'))"
    elif ! "$python" -c 'import venv, ensurepip' >/dev/null 2>&1; then
        bare="$bare $python"
    else
        rm -rf "$folder"
        echo "Making a virtual environment in $folder with $python …"
        exec "$python" -m venv "$folder"
    fi
done

if [ -n "$bare" ]; then
    echo "Tribune found$bare, but the modules venv and ensurepip are missing." >&2
    echo "On Debian and Ubuntu: apt-get install python3-venv. Then try again." >&2
elif [ -n "$old" ]; then
    echo "Tribune needs Python 3.11 or later; found only$old." >&2
    echo "Install a later one, or name it: make run PYTHON=/path/to/python3" >&2
else
    echo "Tribune needs Python 3.11 or later, and found none." >&2
    echo "Install one, or name it: make run PYTHON=/path/to/python3" >&2
fi
exit 1
