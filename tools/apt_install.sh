#!/bin/sh
# Installs Debian or Ubuntu packages where this user may; otherwise says which command does it, and fails.
set -eu

if ! command -v apt-get >/dev/null 2>&1; then
    echo "Please install the equivalent of these Debian packages, then run the same command again: $*" >&2
    exit 1
fi
if [ "$(id -u)" = 0 ]; then
    as_root="env"
elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
    as_root="sudo -n env"
else
    echo "Some system packages are missing. Please run this, then the same command again:" >&2
    echo "    sudo apt-get update && sudo apt-get install -y $*" >&2
    exit 1
fi

echo "Installing system packages: $*"
quiet="-qq -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0"
# A list that is out of date for some unrelated source must not stop the installation.
# shellcheck disable=SC2086
$as_root apt-get $quiet update || echo "(some package lists could not be refreshed)" >&2
# shellcheck disable=SC2086
$as_root DEBIAN_FRONTEND=noninteractive apt-get $quiet install -y --no-install-recommends "$@" >/dev/null
