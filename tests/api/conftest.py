"""One house for each worker process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.api.house import House


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    house = House(tmp_path_factory.mktemp("house") / "home")
    yield house
    house.close()
