"""Waiting for what happens in another process."""

import time
from typing import Callable

PATIENCE_SECONDS = 600


def until(condition: Callable[[], object], what: str) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < end, f"waited {PATIENCE_SECONDS} s for {what}"
        time.sleep(0.3)
