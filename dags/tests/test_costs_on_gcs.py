"""The cost table on ``gs://``, against a storage server that is built by the project's own script."""

import json
import socket
import subprocess
import time
import urllib.request
from dataclasses import replace
from pathlib import Path

import pytest
from datastreamx_dags.costs import Cost, CostTable

ROOT = Path(__file__).resolve().parents[2]
ROW = Cost("uuid-1", "20261124t020000z", "seal", "prod", "SUCCEEDED", "2026-11-24T02:00:00+00:00", 61.5, None, None, None, False)


@pytest.fixture
def bucket(tmp_path, monkeypatch):
    script = ROOT / "testing/support/emulators/build.sh"
    binary = subprocess.run([script, "fake-gcs-server"], stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    root = f"http://127.0.0.1:{port}"
    server = subprocess.Popen(
        [binary, "-scheme", "http", "-host", "127.0.0.1", "-port", str(port), "-backend", "memory", "-public-host", f"127.0.0.1:{port}", "-external-url", root],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        create = urllib.request.Request(f"{root}/storage/v1/b", data=b'{"name": "my-bucket"}', headers={"Content-Type": "application/json"})
        for attempt in range(300):
            try:
                urllib.request.urlopen(create, timeout=10).close()
                break
            except OSError:
                assert server.poll() is None and attempt < 299
                time.sleep(0.1)
        monkeypatch.setenv("STORAGE_EMULATOR_HOST", root)
        monkeypatch.setenv("AIRFLOW_CONN_ANONYMOUS", json.dumps({"conn_type": "google-cloud-platform", "extra": json.dumps({"is_anonymous": True, "project": "my-project"})}))
        yield "gs://my-bucket/costs"
    finally:
        server.terminate()
        server.wait()


def test_a_row_written_again_replaces_itself(bucket):
    table = CostTable(bucket, "anonymous")
    table.put(ROW)
    metered = replace(ROW, milli_dcu_seconds=3_600_000, shuffle_storage_gb_seconds=0, dollars=0.06)
    table.put(metered)
    table.put(replace(ROW, id="uuid-2", run="20261125t020000z"))
    assert table.rows("20261124T020000Z") == [metered]
    assert len(table.rows("20261125T020000Z")) == 1 and table.rows("20261126T020000Z") == []
