#!/usr/bin/env bash
# Print the Python to build .venv with: the one given, or the first on PATH that is 3.11, 3.12 or 3.13 and can make a venv.
set -euo pipefail

in_range() { "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null; }

found=""
for candidate in ${1:-python3.11 python3.12 python3.13 python3}; do
  in_range "$candidate" || continue
  found=$candidate
  "$candidate" -c 'import ensurepip, venv' 2>/dev/null && echo "$candidate" && exit 0
done

if [ -n "$found" ]; then
  echo "Set-up stops: $found cannot make a virtual environment (no ensurepip); on Debian and Ubuntu install python3-venv." >&2
else
  version=$("${1:-python3}" --version 2>/dev/null || echo "no such command")
  echo "Set-up stops: Python 3.11, 3.12 or 3.13 is needed (${1:-python3}: $version)." \
    "Install one, or name it: make setup PYTHON=/path/to/python3.11" >&2
fi
exit 1
