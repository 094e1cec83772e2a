#!/usr/bin/env bash
# Builds the Airflow environment of requirements.lock once, then runs the tests of the DAGs; arguments go to pytest. Ends with pytest's closing lines.
# The real night needs the project built (./dsx does that, or set DSX_BUILD=never where it is).
set -euo pipefail

dags=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
env=$("$dags/env.sh")

unset AIRFLOW_VAR_DATASTREAMX
home=$(mktemp -d)
others=
trap '[ -z "$others" ] || kill "$others" 2>/dev/null || true; rm -rf "$home"' EXIT
export AIRFLOW__CORE__DAGS_FOLDER=$dags AIRFLOW__CORE__LOAD_EXAMPLES=False PYTHONPATH=$dags GRPC_VERBOSITY=NONE
# Without bytecode each start of Airflow compiles two thousand files. Containers often forbid writing it, and beside the sources it would be copied to a bucket with them.
unset PYTHONDONTWRITEBYTECODE
export PYTHONPYCACHEPREFIX=$env/bytecode
cd "$dags"

for argument in "$@"; do
  case $argument in
    -*) ;;
    *)
      AIRFLOW_HOME=$home "$env/bin/python" -m pytest "$@"
      exit
      ;;
  esac
done

# The real night starts one JVM after the other and leaves a processor idle most of the time; all other tests run beside it.
night=tests/test_real_night.py
AIRFLOW_HOME=$home/others "$env/bin/python" -m pytest "$@" --ignore "$night" >"$home/others.log" 2>&1 &
others=$!
status=0
AIRFLOW_HOME=$home/night "$env/bin/python" -m pytest "$@" "$night" || status=$?
wait "$others" || status=$?
others=
cat "$home/others.log"
exit "$status"
