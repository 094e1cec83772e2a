#!/usr/bin/env bash
# Builds what requirements.lock describes where it is missing, target/obp-<hash of the lock>, and prints the folder.
set -euo pipefail

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
root=$(cd -- "$here/../../.." && pwd)
hash=$(sha256sum "$here/requirements.lock" | cut -c1-16)
env=$root/target/obp-$hash
mkdir -p "$root/target"
exec 9>"$root/target/obp.lock"
flock 9
if [ ! -e "$env/complete" ]; then
  rm -rf "$env"
  log=$root/target/obp-install.log
  if ! { python3 -m venv "$env" \
    && "$env/bin/python" -m pip install -q --disable-pip-version-check --no-deps --ignore-requires-python --only-binary :all: --no-binary obp --require-hashes -r "$here/requirements.lock"; } >"$log" 2>&1; then
    tail -n 3 "$log" >&2
    exit 1
  fi
  touch "$env/complete"
fi
exec 9>&-
printf '%s\n' "$env"
