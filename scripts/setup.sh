#!/bin/sh
# Makes the virtual environment and installs one requirements file into it.
#
#   sh scripts/setup.sh requirements.txt
#
# What was installed is remembered in a stamp inside the environment: as long as the pinned
# versions stay the same, a second run calls no pip and needs no network.
# VENV says where the environment is (.venv), PYTHON which interpreter makes it.
set -eu

wanted=$1
venv=${VENV:-.venv}
python=$venv/bin/python
stamp=$venv/.installed-$(basename "$wanted")

say() { printf '%s\n' "$*" >&2; }

is_supported() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

can_make_venv() { "$1" -c 'import ensurepip, venv' >/dev/null 2>&1; }

install_venv_module() { # Debian and Ubuntu ship it apart from Python
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1 || return 1
    version=$("$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    say "Installing python$version-venv through apt-get …"
    apt-get update -qq >&2 && apt-get install -y -qq "python$version-venv" >&2
}

find_python() {
    without_venv=
    for name in ${PYTHON:-python3.13 python3.12 python3.11 python3 python}; do
        command -v "$name" >/dev/null 2>&1 && is_supported "$name" || continue
        if can_make_venv "$name"; then
            printf '%s\n' "$name"
            return
        fi
        without_venv=${without_venv:-$name}
    done
    if [ -z "$without_venv" ]; then
        say "Python 3.11 or newer is needed and was not found."
        say "Install it, or name it: make run PYTHON=/path/to/python3.11"
        return 1
    fi
    if install_venv_module "$without_venv" && can_make_venv "$without_venv"; then
        printf '%s\n' "$without_venv"
        return
    fi
    say "$without_venv cannot make virtual environments (the module ensurepip is missing)."
    say "On Debian or Ubuntu: sudo apt-get install python3-venv"
    return 1
}

pins() { cat requirements.txt requirements-dev.txt constraints.txt; }

if [ -e "$python" ] && ! is_supported "$python"; then
    say "$venv no longer works (Python was moved or is older than 3.11): remove it, then try again."
    exit 1
fi
if [ ! -e "$python" ]; then
    base=$(find_python)
    say "Making $venv with $("$base" --version) …"
    "$base" -m venv "$venv"
fi
# the development stamp covers the run-time requirements too
for done in "$stamp" "$venv/.installed-requirements-dev.txt"; do
    if [ -e "$done" ] && pins | cmp -s - "$done"; then
        exit 0
    fi
done
say "Installing $wanted …"
"$python" -m pip install --disable-pip-version-check --quiet --no-input \
    --requirement "$wanted" --constraint constraints.txt
pins >"$stamp"
