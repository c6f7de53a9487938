"""What authors of plugins get is tried as they get it: each query is asked in one way only."""

from collections.abc import Iterator

import pytest

from tests.roads import one_road


@pytest.fixture(autouse=True)
def as_authors_have_it() -> Iterator[None]:
    with one_road():
        yield
