"""The lines of docs/api.md run as they stand."""

from __future__ import annotations

import json
from pathlib import Path
from shutil import which

import pytest

from api.problems import KINDS
from ledger.domain.trust_root import dump_trust_root
from ledger.service.trust import export_trust_root
from tests.api.house import House
from tests.documents import environment, run, shell_blocks

MISSING = [tool for tool in ("curl", "cmp", "sed") if which(tool) is None]


@pytest.mark.skipif(bool(MISSING), reason=f"the page's lines need {' and '.join(MISSING)}, which this machine has not")
def test_every_line_of_the_integration_page_runs(house: House, tmp_path: Path) -> None:
    (tmp_path / "platform.key").write_text(house.api_keys["courier"], encoding="ascii")
    *lines, verify, refused = shell_blocks("api.md")
    variables = environment(URL=f"http://127.0.0.1:{house.port}")
    done = run("\n".join(lines), tmp_path, variables)
    assert done.returncode == 0, done.stderr
    assert "GS1-EPCIS-Capture-Limit: 1000" in done.stdout or "gs1-epcis-capture-limit: 1000" in done.stdout
    assert json.loads((tmp_path / "whole.json").read_bytes())["event"]["bizStep"] == "shipping"
    shown = json.loads((tmp_path / "customs.json").read_bytes())["view"]["members"]
    assert {"epcList", "disposition"} < shown.keys()

    root = export_trust_root(house.service.chain.chain, [house.service.terms.log_id], house.service.clock())
    (tmp_path / "trust.json").write_bytes(dump_trust_root(root))
    verified = run(verify, tmp_path, variables)
    assert (verified.returncode, json.loads(verified.stdout)["outcome"]) == (0, "verified"), verified.stderr
    assert json.loads(run(refused, tmp_path, variables).stdout)["status"] == 400


def test_the_page_names_every_type_of_problem() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "api.md").read_text("utf-8")
    assert all(f"`{kind.type}`" in page and str(kind.status) in page for kind in KINDS.values())
