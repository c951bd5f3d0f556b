"""The essential rows of the crash matrix, each once. The whole of it: ``python -m tests.crash --rounds N``."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.crash.matrix import Matrix, make_matrix, names
from tests.crash.table import ROWS

ESSENTIAL = names(essential=True)


@pytest.fixture(scope="session")
def matrix(tmp_path_factory: pytest.TempPathFactory) -> Matrix:
    return make_matrix(tmp_path_factory.mktemp("homes"))


@pytest.mark.parametrize("row", ESSENTIAL, ids=[ROWS[name].sentence for name in ESSENTIAL])
def test_nothing_is_lost_doubled_reordered_or_unprovable_when(matrix: Matrix, tmp_path: Path, row: str) -> None:
    assert matrix.run(row, tmp_path).sentences == []
