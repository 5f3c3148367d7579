#!/bin/sh
# Prints the path of a Python that can run this project (3.11 or newer), or says how to get one, and fails.
set -eu
here=$(dirname "$0")

find_python() {
    for candidate in ${PYTHON:+"$PYTHON"} python3 python3.13 python3.12 python3.11 python; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            "$candidate" -c 'import sys; print(sys.executable)'
            return 0
        fi
    done
    return 1
}

if find_python; then exit 0; fi
if ! command -v python3 >/dev/null 2>&1 && command -v apt-get >/dev/null 2>&1; then
    "$here/apt_install.sh" python3 python3-venv >&2
    if find_python; then exit 0; fi
fi
{
    echo "This project needs Python 3.11 or newer, and none was found."
    echo "    Debian 12, Ubuntu 24.04:  sudo apt-get install python3 python3-venv"
    echo "    Fedora:                   sudo dnf install python3.12"
    echo "    macOS:                    brew install python@3.12"
    echo "A Python elsewhere is used with:  make PYTHON=/path/to/python3 ..."
} >&2
exit 1
