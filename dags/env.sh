#!/usr/bin/env bash
# Makes this folder ready for Airflow, and prints the folder of its Python environment: renders datastreamx_dags/facts.json, and builds what requirements.lock describes where
# it is missing, target/airflow-<hash of the lock>.
set -euo pipefail

dags=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname -- "$dags")
say() { printf 'dags: %s\n' "$*" >&2; }

"$root/dsx" submit --facts "$dags/datastreamx_dags/facts.json" >&2

hash=$(sha256sum "$dags/requirements.lock" | cut -c1-16)
env=$root/target/airflow-$hash
if [ ! -e "$env/complete" ]; then
  python=
  for candidate in "${DATASTREAMX_PYTHON:-}" python3.11 python3; do
    if [ -n "$candidate" ] && "$candidate" -c 'import sys, venv; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null; then python=$candidate; break; fi
  done
  if [ -z "$python" ]; then
    say "Python 3.11 with venv is needed, as the managed service runs it. Install it, or set DATASTREAMX_PYTHON to one."
    exit 1
  fi
  mkdir -p "$root/target"
  exec 9>"$root/target/airflow.lock"
  flock 9
  if [ ! -e "$env/complete" ]; then
    started=$SECONDS
    say "building the Airflow environment of requirements.lock"
    rm -rf "$env"
    log=$root/target/airflow-install.log
    if ! { "$python" -m venv "$env" && sed -n '/^uv==/,/^    # via/p' "$dags/requirements.lock" >"$env/uv.lock" \
      && "$env/bin/python" -m pip install -q --disable-pip-version-check --require-hashes -r "$env/uv.lock" \
      && "$env/bin/uv" pip install -q --python "$env/bin/python" --require-hashes -r "$dags/requirements.lock"; } >"$log" 2>&1; then
      tail -n 15 "$log" >&2
      say "that failed; all of it is in $log. Is the Python package index reachable?"
      exit 1
    fi
    touch "$env/complete"
    say "built in $((SECONDS - started)) s"
  fi
  exec 9>&-
fi
printf '%s\n' "$env"
