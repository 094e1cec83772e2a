#!/usr/bin/env bash
# Builds the Airflow environment of requirements.lock once, then runs the tests of the DAGs; arguments go to pytest. Ends with pytest's closing line.
# The real night needs the project built (./dsx does that, or set DSX_BUILD=never where it is).
set -euo pipefail

dags=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
env=$("$dags/env.sh")

unset AIRFLOW_VAR_DATASTREAMX
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
export AIRFLOW_HOME=$home AIRFLOW__CORE__DAGS_FOLDER=$dags AIRFLOW__CORE__LOAD_EXAMPLES=False PYTHONPATH=$dags GRPC_VERBOSITY=NONE
# Without bytecode each start of Airflow compiles two thousand files. Containers often forbid writing it, and beside the sources it would be copied to a bucket with them.
unset PYTHONDONTWRITEBYTECODE
export PYTHONPYCACHEPREFIX=$env/bytecode
cd "$dags"
"$env/bin/python" -m pytest "$@"
