"""Coroutines are run by asyncio. `server`, `clock` and the rest come with Guanxi."""

import pytest


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"
