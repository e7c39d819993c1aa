"""All tests run on one thread: networks this small only wait for each other on more."""

from __future__ import annotations

import pytest
import torch
from hypothesis import settings
from threadpoolctl import threadpool_limits

settings.register_profile("study", deadline=None)  # busy machines are no reason to fail
settings.load_profile("study")


@pytest.fixture(autouse=True, scope="session")
def one_thread():
    torch.set_num_threads(1)
    with threadpool_limits(1):
        yield
