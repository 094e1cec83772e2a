import os
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parent
DAGS = TESTS.parent
sys.path.insert(0, str(DAGS))
sys.path.insert(0, str(TESTS))

from fake_cloud import Cloud  # noqa: E402
from fake_dataproc import PROJECT, REGION  # noqa: E402


@pytest.fixture(scope="session")
def cloud(tmp_path_factory):
    started = Cloud(tmp_path_factory.mktemp("cloud"))
    before = dict(os.environ)
    os.environ.update(started.environment())
    yield started
    os.environ.clear()
    os.environ.update(before)
    started.close()


@pytest.fixture
def fake(cloud):
    """A fresh Dataproc without batches."""
    return cloud.reset()


@pytest.fixture
def variable(tmp_path):
    """What the Variable holds in an environment on Dataproc."""
    return {
        "backend": "dataproc",
        "environment": "prod",
        "project": PROJECT,
        "region": REGION,
        "templates": str(TESTS / "templates"),
        "costs": str(tmp_path / "costs"),
        "streams": ["ingest"],
        "poll_seconds": 0.05,
        "patience_seconds": 20,
    }
