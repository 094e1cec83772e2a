#!/usr/bin/env bash
# Holds a running edge against its OpenAPI file with generated requests, valid ones and others.
# Usage: run.sh URL VENV, with a token and its device in EDGE_TOKEN and EDGE_DEVICE. Exit code 77: what it needs cannot be had here.
set -euo pipefail
release=4.32.0
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
url=$1
venv=$2

if ! [ -x "$venv/bin/st" ]; then
  command -v python3 >/dev/null || { echo "there is no python3"; exit 77; }
  python3 -m venv "$venv" || { echo "python3 has no venv; the package is called python3-venv"; exit 77; }
  "$venv/bin/pip" install -q --disable-pip-version-check "schemathesis==$release" || { echo "schemathesis $release cannot be brought from PyPI"; exit 77; }
fi

# Not the stream, which ends only with the token: EdgeServiceTest looks at it.
cd "$here"
exec env SCHEMATHESIS_HOOKS=hooks PYTHONDONTWRITEBYTECODE=1 "$venv/bin/st" --no-color run "$url/v1/openapi.yaml" --url "$url" \
  --header "Authorization: Bearer $EDGE_TOKEN" --exclude-path /v1/ads --phases coverage,fuzzing --max-examples 40 --seed 17 \
  --request-timeout 10 --continue-on-failure
