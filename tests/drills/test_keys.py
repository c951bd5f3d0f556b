"""Keys rotated, stolen, revoked, lost, moved and locked, as people do it by command: what their receipts say then.

A receipt is judged at the earliest anchored head that shows its record (spec §10, check 10), whenever it was captured.
"""

from __future__ import annotations

import json
import secrets
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from ledger.adapters.keystore import MemorySigner
from ledger.service.deploy import ROTATION_OVERLAP_SECONDS
from tests.adapters.signing_server import SigningServer, started
from tests.drills.stage import OPERATOR, Member, Stage, stage, until

SIGNER = 9
"""Check 10, from 0."""


@pytest.fixture(scope="module")
def signer() -> Iterator[SigningServer]:
    with started() as server:
        yield server.another("web3signer-alone")


@pytest.fixture(scope="module")
def theatre(tmp_path_factory: pytest.TempPathFactory, signer: SigningServer) -> Iterator[Stage]:
    with stage(tmp_path_factory.mktemp("keys"), f'signer_url = "{signer.url}"\n') as opened:
        named = ("--jurisdiction", "DE", "--cold-key", opened.say("key", "new"), "--name", "Operator")
        opened.say("party", "accredit", "--by", opened.authority, "--id", OPERATOR, *named)
        yield opened


def remote_key(signer: SigningServer) -> str:
    """The account of a new key that only the signer holds."""
    private = secrets.token_bytes(32)
    signer.take(private)
    return "0x" + MemorySigner().import_key(private).hex()


def reads(theatre: Stage, result: Any) -> tuple[str, str]:
    """The verdict on an event's receipt, and the reason of the check of its signer."""
    verdict = theatre.verdict(result)
    return verdict["outcome"], verdict["checks"][SIGNER]["reasonId"]


def act(theatre: Stage, *words: str) -> None:
    """An act in the registry, mined in one block with what waits there."""
    waiting = theatre.chain.waiting()
    acting = Thread(target=theatre.say, args=words)
    acting.start()
    assert until(lambda: theatre.chain.waiting() > waiting)
    theatre.chain.release()
    acting.join()


def test_a_rotated_key_signs_until_the_overlap_is_over(theatre: Stage) -> None:
    maker, new = theatre.member(), theatre.say("key", "new")
    before = theatre.capture(maker, maker.key)
    assert reads(theatre, before) == ("verified", "signer.valid")
    theatre.say("key", "rotate", "--by", maker.key, "--key", maker.key, "--new-key", new)
    during, by_new = theatre.capture(maker, maker.key), theatre.capture(maker, new)
    assert theatre.anchored(during)
    theatre.chain.hold()
    shown_late = theatre.capture(maker, maker.key)
    assert until(theatre.chain.waiting)
    theatre.chain.pass_time(ROTATION_OVERLAP_SECONDS + 1)
    theatre.chain.release()

    assert theatre.refuses(maker, maker.key)
    assert [reads(theatre, result)[0] for result in (before, during, by_new)] == ["verified"] * 3
    assert reads(theatre, shown_late) == ("signer-unknown", "signer.key-rotated")
    assert theatre.capture(maker, new)["status"] == "sequenced"


def test_a_key_compromised_between_capture_and_anchoring(theatre: Stage) -> None:
    maker = theatre.member()
    anchored = theatre.capture(maker, maker.key)
    assert theatre.anchored(anchored)
    theatre.chain.hold()
    captured = theatre.capture(maker, maker.key)
    assert until(theatre.chain.waiting)
    compromise(theatre, maker, since=1_795_000_000)

    assert theatre.refuses(maker, maker.key)
    assert reads(theatre, captured) == ("signer-unknown", "signer.key-compromised")
    verdict = theatre.verdict(anchored)
    assert verdict["outcome"] == "verified"
    (warning,) = (each["text"] for each in verdict["warnings"] if each["id"] == "warning.compromised")
    assert "2026-11-18T11:06:40Z" in warning


def compromise(theatre: Stage, maker: Member, since: int) -> None:
    act(theatre, "key", "compromise", "--by", maker.cold, "--key", maker.key, "--since", str(since))


def test_a_revoked_key_signs_no_more_and_what_it_signed_stands(theatre: Stage) -> None:
    maker = theatre.member()
    before = theatre.capture(maker, maker.key)
    assert theatre.anchored(before)
    theatre.say("key", "revoke", "--by", maker.cold, "--key", maker.key)
    assert theatre.refuses(maker, maker.key)
    assert reads(theatre, before) == ("verified", "signer.valid")


def test_a_party_that_lost_its_key_recovers_in_two_steps(theatre: Stage) -> None:
    maker, new = theatre.member(), theatre.say("key", "new")
    before = theatre.capture(maker, maker.key)
    assert theatre.anchored(before)
    named = ("--party", maker.id, "--key", new)
    theatre.say("key", "recover", "--by", maker.cold, *named)
    assert theatre.refuses(maker, maker.key)
    assert theatre.refuses(maker, new)
    assert (
        theatre.run("key", "complete-recovery", "--by", theatre.authority, "--party", maker.id, "--key", maker.key).code
        == 2
    )
    theatre.say("key", "complete-recovery", "--by", theatre.authority, *named)
    after = theatre.capture(maker, new)
    assert [reads(theatre, result)[0] for result in (before, after)] == ["verified", "verified"]


def test_an_accreditation_that_ends_before_the_record_is_shown(theatre: Stage) -> None:
    maker = theatre.member()
    before = theatre.capture(maker, maker.key)
    assert theatre.anchored(before)
    theatre.chain.hold()
    captured = theatre.capture(maker, maker.key)
    assert until(theatre.chain.waiting)
    act(theatre, "party", "end", "--by", theatre.authority, "--party", maker.id)
    assert theatre.refuses(maker, maker.key)
    assert reads(theatre, before)[0] == "verified"
    assert reads(theatre, captured)[0] == "signer-unknown"


def test_a_party_takes_its_key_back_from_a_custodian(theatre: Stage, signer: SigningServer) -> None:
    maker = theatre.member(custodian=OPERATOR, key=remote_key(signer))
    held = theatre.capture(maker)
    assert theatre.verdict(held)["signer"]["custodian"] == "Operator"
    theatre.say("key", "revoke", "--by", maker.cold, "--key", maker.key)
    assert theatre.refuses(maker)
    own = theatre.say("key", "new")
    theatre.say("key", "add", "--by", maker.cold, "--party", maker.id, "--key", own)
    result = theatre.capture(maker, own)
    assert theatre.verdict(result)["signer"]["custodian"] is None
    assert reads(theatre, held) == ("verified", "signer.valid")


def test_a_signer_that_is_locked_while_it_is_asked_to_sign(theatre: Stage, signer: SigningServer) -> None:
    maker = theatre.member(custodian=OPERATOR, key=remote_key(signer))
    theatre.capture(maker)
    file, before = theatre.event(), logged(theatre)
    signer.do("locked")
    refused = theatre.try_capture(maker, file=file)
    assert (refused.code, "signer" in refused.err) == (3, True)
    assert problem(theatre, maker, file) == (503, "application/problem+json")
    assert logged(theatre) == before
    signer.do("")
    (result,) = until(lambda: again(theatre, maker, file))["results"]
    assert result["leafIndex"] == before
    assert reads(theatre, result)[0] == "verified"


def again(theatre: Stage, maker: Member, file: str) -> Any:
    printed = theatre.try_capture(maker, file=file)
    return printed.json() if printed.code == 0 else None


def logged(theatre: Stage) -> int:
    with urllib.request.urlopen(f"{theatre.url}/health", timeout=20) as answer:
        return int(json.loads(answer.read())["records"]["sequenced"])


def problem(theatre: Stage, maker: Member, file: str) -> tuple[int, str]:
    """Status and type of the answer to a capture that fails."""
    headers = {"Authorization": f"Bearer {Path(maker.api_key).read_text().strip()}", "Content-Type": "application/json"}
    request = urllib.request.Request(f"{theatre.url}/capture", Path(file).read_bytes(), headers)
    with pytest.raises(urllib.error.HTTPError) as failed, urllib.request.urlopen(request, timeout=20):
        pass
    with failed.value as answer:
        return answer.code, answer.headers.get_content_type()


def test_another_account_anchors_and_its_key_may_be_at_the_signer(theatre: Stage, signer: SigningServer) -> None:
    maker, account = theatre.member(), remote_key(signer)
    theatre.fund(account)
    before = theatre.capture(maker, maker.key)
    assert theatre.anchored(before)
    theatre.say("log", "anchorer", "--account", account)
    theatre.restart()
    signer.do("locked")
    waiting = theatre.capture(maker, maker.key)
    assert theatre.receipt(waiting) is None
    signer.do("")
    assert theatre.anchored(waiting)
    assert [reads(theatre, result)[0] for result in (before, waiting)] == ["verified", "verified"]
    assert sender(theatre, waiting) == account


def sender(theatre: Stage, result: Any) -> str:
    """The account that anchored the head of a receipt."""
    receipt = theatre.receipt(result)
    assert receipt is not None
    transaction = json.loads(receipt.read_bytes())["anchor"]["transaction"]
    return str(theatre.chain.rpc("eth_getTransactionByHash", transaction)["from"])
