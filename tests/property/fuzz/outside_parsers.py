"""The parsers of a node's answers, of the operator's own files and settings, and of the command line."""

from __future__ import annotations

import json

from ledger.adapters.keystore import MemorySigner
from ledger.adapters.raw_transaction import read_transaction
from ledger.types import JsonObject
from tests.property.fuzz import node_answers, own_files
from tests.property.fuzz.parser import NO_ANSWER, REFUSALS, Parser, of_text, written
from tests.property.fuzz.seeds import as_json

DEPLOYED = "0x" + "44" * 20
SETTINGS = (
    b'port = 8700\nchain_url = "http://127.0.0.1:8545/key"\ncheckpoint_seconds = 0.5\npromise_seconds = 60\n',
    b'# a comment\norigin = "log.example.org/trade"\nfinality = "depth:12"\nhost = "::1"\nanchor_seconds = 3\n',
)
URLS = ("http://127.0.0.1:8700", "https://log.example.org/api", "http://[::1]:80", "http://a..b:99/\u00fc")
PROBLEM = {"type": "about:blank", "title": "Bad", "status": 400, "pointer": "/a", "expected": "b", "found": "c"}
JOB = {"captureID": "a", "success": True, "results": []}
CHAIN = {"chainId": 1_337, "genesisTime": 1_790_000_000}
DURABLE = {"state": "state-1.json", "block": 1, "blockHash": "11" * 32, "time": 1_790_000_000}
ACCOUNTS = {"anchorer": DEPLOYED, "log_owner": DEPLOYED, "root_authority": DEPLOYED}
TRANSACTION: JsonObject = {
    "type": 2, "chainId": 1_337, "nonce": 1, "to": DEPLOYED, "value": 0, "data": "0x1234", "gas": 50_000,
    "maxFeePerGas": 1_000, "maxPriorityFeePerGas": 1,
    "accessList": [{"address": DEPLOYED, "storageKeys": ["0x" + "11" * 32]}],
}  # fmt: skip


def _signed() -> bytes:
    signer = MemorySigner()
    return signer.sign_transaction(signer.import_key(own_files.SECRET), TRANSACTION)


def _words(*words: str) -> bytes:
    return b"\0".join(map(written, words))


WORDS = (
    _words("verify", "r.json", "--trust-root", "t.json", "--format", "json", "--lang", "zh-CN"),
    _words("epcis", "hash", "-", "--cbv", "2.1"),
    _words("epcis", "check", "-", "--lenient"),
    _words("config", "show", "--format", "json"),
    _words("party", "grant", "--by", DEPLOYED, "--party", "0x" + "11" * 32, "--role", "seller", "--jurisdiction", "DE"),
    _words("key", "compromise", "--by", DEPLOYED, "--key", DEPLOYED, "--since", "1790000000"),
    _words("key", "api", "make", "--party", "0x" + "11" * 32, "--label", "x"),
    _words("capture", "e.json", "--sign-with", DEPLOYED, "--party", "0x" + "11" * 32, "--role", "seller"),
    _words("receipt", "0x" + "11" * 32, "--view", "public", "--show", "type", "--wait", "0"),
    _words("trust", "export", "--log", "0x" + "11" * 32, "--stale-days", "7"),
    _words("log", "tile", "0/000.p/5"),
    _words("contracts", "verify"),
)

NODE = (
    Parser("JSON-RPC body", node_answers.read_body, node_answers.bodies(), NO_ANSWER),
    Parser("JSON-RPC results", node_answers.read_results, node_answers.answers(), NO_ANSWER),
    Parser("raw transaction", read_transaction, (_signed(),), NO_ANSWER),
)

OWN = (
    Parser("config.toml", own_files.config, SETTINGS),
    Parser("environment", of_text(own_files.environment), (b"port=8700\nanchor_seconds=3\norigin=a", b"home=~/x")),
    Parser("home folder", of_text(own_files.home_setting), (b"home", b"~/x", b"/nowhere/home")),
    Parser("finality", of_text(own_files.finality), (b"depth:12", b"finalized")),
    Parser("node URL", of_text(own_files.node_url), tuple(map(written, URLS))),
    Parser("service URL", of_text(own_files.service_url), tuple(map(written, URLS))),
    Parser("service's refusal", own_files.service_answer, (b"\x00" + as_json(PROBLEM), b"\x09" + as_json(PROBLEM))),
    Parser("service's answer", own_files.service_body, (as_json(JOB),), NO_ANSWER),
    Parser("runtime file", own_files.runtime_file, (as_json({"url": URLS[0], "chainUrl": URLS[0]}),), NO_ANSWER),
    Parser("API key file", own_files.api_key_file, (b"tlk_abc\n",)),
    Parser("key file", own_files.key_file, own_files.key_files(), NO_ANSWER),
    Parser("log key file", own_files.log_key_file, own_files.log_key_files(), NO_ANSWER),
    Parser("accounts file", own_files.accounts_file, (as_json(ACCOUNTS),), NO_ANSWER),
    Parser("chain file", own_files.chain_file, (json.dumps(CHAIN).encode(),), NO_ANSWER),
    Parser("durable file", own_files.durable_file, (json.dumps(DURABLE).encode(),), NO_ANSWER),
    Parser("command line", own_files.command_line, WORDS, REFUSALS),
)
"""All of them."""
