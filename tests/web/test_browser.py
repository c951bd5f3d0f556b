"""The second verifier as a browser runs it: its modules unchanged, from a static server, resolved by its import map."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from tests.web.node import NODE

ROOT = Path(__file__).parent.parent.parent
VECTORS = json.loads((ROOT / "tests" / "vectors" / "receipts.json").read_text("utf-8"))
PAGE = '<!doctype html><script type="importmap">{}</script>'
VERIFY = """async ([receipt, trustRoot, now]) => {
    const { verify } = await import("/web/shared/verify.js");
    const bytes = (text) => new TextEncoder().encode(text);
    const { outcome, checks } = verify(bytes(receipt), bytes(trustRoot), now);
    return [outcome, Object.fromEntries(checks.filter((c) => c.status !== "VALID").map((c) => [c.id, c.status]))];
}"""
FIND = """import chromium from "@sparticuz/chromium";
console.log(JSON.stringify({ executable_path: await chromium.executablePath(), args: chromium.args }));"""

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")


class Site(SimpleHTTPRequestHandler):
    """The repository as static files, and one page that has the import map."""

    def do_GET(self) -> None:
        if self.path != "/":
            super().do_GET()
            return
        page = PAGE.format((ROOT / "web" / "shared" / "importmap.json").read_text("utf-8")).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Site, directory=str(ROOT))) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


def browser_options() -> dict[str, Any]:
    """Return how to start a browser: the system's, else the one from the npm package."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if program := shutil.which(name):
            return {"executable_path": program, "args": ["--no-sandbox"]}
    command = [NODE, "--input-type=module", "-e", FIND]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip("no Chromium: neither the system's nor @sparticuz/chromium")
    options: dict[str, Any] = json.loads(done.stdout)
    return options


@pytest.fixture(scope="module")
def page(site: str) -> Iterator[Any]:
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(**browser_options())
        page = browser.new_page()
        page.goto(site)
        yield page
        browser.close()


@pytest.mark.parametrize(
    "name", ["whole", "one-serial-of-many", "tampered-value", "signature-with-high-s", "truncated"]
)
def test_a_browser_comes_to_the_verdict_of_the_vector(page: Any, name: str) -> None:
    entry = next(entry for entry in VECTORS["receipts"] if entry["name"] == name)
    found = page.evaluate(VERIFY, [entry["receipt"], VECTORS["trustRoots"][entry["trustRoot"]], entry["now"]])
    assert found == [entry["outcome"], entry["checks"]]
