#!/usr/bin/env bash
# Builds what NAME/requirements.lock describes where it is missing, target/NAME-<hash of the lock>, and prints the folder. Options go to pip.
#   python-env.sh NAME [OPTION…]
set -euo pipefail

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
root=$(cd -- "$here/../.." && pwd)
name=$1
shift
lock=$here/$name/requirements.lock
hash=$(sha256sum "$lock" | cut -c1-16)
env=$root/target/$name-$hash
mkdir -p "$root/target"
exec 9>"$root/target/$name.lock"
flock 9
if [ ! -e "$env/complete" ]; then
  rm -rf "$env"
  log=$root/target/$name-install.log
  if ! { python3 -m venv "$env" \
    && "$env/bin/python" -m pip install -q --disable-pip-version-check --no-deps --only-binary :all: "$@" --require-hashes -r "$lock"; } >"$log" 2>&1; then
    tail -n 3 "$log" >&2
    exit 1
  fi
  touch "$env/complete"
fi
exec 9>&-
printf '%s\n' "$env"
