"""Signers in a process of their own, as web3signer, Clef or a wallet speaks; keys and EIP-712 are eth-account's.

It serves on loopback and prints its port. Each path ``/KIND/NAME`` is a signer by itself. A test hands it keys and
tells it what to do wrong by ``PUT`` there; what it was asked, by ``GET``. `started` starts it.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

from eth_account import Account
from eth_account.messages import encode_typed_data

ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
NUMBERS = ("chainId", "nonce", "gas", "value", "maxFeePerGas", "maxPriorityFeePerGas")
NAMES = {
    "wallet": ("eth_accounts", "eth_signTypedData_v4", "eth_signTransaction"),
    "web3signer": ("eth_accounts", "eth_signTypedData", "eth_signTransaction"),
    "web3signer-alone": ("eth_accounts", "eth_signTypedData", "eth_signTransaction"),
    "clef": ("account_list", "account_signTypedData", "account_signTransaction"),
}


class RefusalError(Exception):
    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


class State:
    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.fault = ""
        self.keys: dict[str, Any] = {}
        self.asked: list[str] = []

    def answer(self, method: str, given: list[Any]) -> Any:
        self.asked.append(method)
        accounts, typed_data, transaction = NAMES[self.kind]
        if method == accounts:
            return [7] if self.fault == "no accounts" else [self.keys[name].address for name in sorted(self.keys)]
        if method == typed_data:
            return self.typed_data(*given)
        if method == transaction:
            return self.transaction(given[0])
        raise RefusalError(-32601, "the method does not exist/is not available")

    def key(self, address: str) -> Any:
        if self.fault == "wrong key":
            return Account.create()
        if address not in self.keys or self.fault == "locked":
            raise RefusalError(-32000, "authentication needed: password or unlock")
        return self.keys[address]

    def typed_data(self, address: str, document: Any) -> str:
        if self.kind.startswith("web3signer") != isinstance(document, str):
            raise RefusalError(-32602, "invalid params")
        document = json.loads(document) if isinstance(document, str) else document
        if self.fault == "other digest":
            document["domain"]["chainId"] += 1
        signed = self.key(address).sign_message(encode_typed_data(full_message=document))
        signature = bytes(signed.signature)
        match self.fault:
            case "high s":
                high = (ORDER - signed.s).to_bytes(32, "big")
                signature = signature[:32] + high + bytes([55 - signature[64]])
            case "v of 0 or 1":
                signature = signature[:64] + bytes([signature[64] - 27])
            case "short":
                signature = signature[:64]
        return "0x" + signature.hex()

    def transaction(self, asked: dict[str, Any]) -> Any:
        fields: dict[str, Any] = {name: int(asked[name], 16) for name in NUMBERS}
        fields |= {"type": 2, "data": asked.get("data", "0x")}
        if "to" in asked:
            fields["to"] = bytes.fromhex(asked["to"][2:])
        match self.fault:
            case "another receiver":
                fields["to"] = bytes(20)
            case "another nonce" | "another value" | "another gas":
                fields[self.fault.split()[1]] += 1
            case "another chain":
                fields["chainId"] += 1
            case "other data":
                fields["data"] = "0x"
            case "an access list":
                fields["accessList"] = [{"address": "0x" + "11" * 20, "storageKeys": []}]
            case "of the old kind":
                fields = {name: fields[name] for name in ("nonce", "gas", "value", "to", "data", "chainId")}
                fields["gasPrice"] = 1000
        raw = "0x" + bytes(self.key(asked["from"]).sign_transaction(fields).raw_transaction).hex()
        return {"raw": raw, "tx": {}} if self.kind == "clef" else raw


class Handler(BaseHTTPRequestHandler):
    states: ClassVar[dict[str, State]] = {}

    @property
    def state(self) -> State:
        kind, name = self.path.split("/")[1:3]
        return self.states.setdefault(f"{kind}/{name}", State(kind))

    def do_GET(self) -> None:
        self.send(200, json.dumps(self.state.asked).encode())

    def do_POST(self) -> None:
        said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        answer: dict[str, Any] = {"jsonrpc": "2.0", "id": said["id"]}
        try:
            answer["result"] = self.state.answer(said["method"], said["params"])
        except RefusalError as refusal:
            if self.state.kind == "web3signer-alone" and refusal.code == -32601:
                self.send(502, b"Bad Gateway")
                return
            answer["error"] = {"code": refusal.code, "message": str(refusal)}
        self.misbehave(json.dumps(answer).encode())

    def do_PUT(self) -> None:
        said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if "key" in said:
            account = Account.from_key(said["key"])
            self.state.keys[account.address.lower()] = account
        self.state.fault = said.get("fault", "")
        self.send(200, b"{}")

    def misbehave(self, body: bytes) -> None:
        other = {
            "HTML": b"<html>welcome</html>",
            "a huge body": body[:-1] + b" " * (2 << 20) + b"}",
            "no result": b'{"jsonrpc":"2.0","id":1}',
            "another id": body.replace(b'"id": 1', b'"id": 2'),
            "an empty list": b"[]",
        }
        match self.state.fault:
            case "401":
                self.send(401, b"who are you?")
            case "a redirect":
                self.send(307, b"", location=self.path)
            case "half an answer":
                self.send(200, body, only=len(body) // 2)
            case "nothing":
                self.connection.recv(1)  # until the client has gone
            case "drops":
                self.drip(body)
            case fault:
                self.send(200, other.get(fault, body))

    def drip(self, body: bytes) -> None:
        """One byte at a time, each in time, all of them too late."""
        self.send(200, body, only=0)
        for place in range(len(body)):
            try:
                self.wfile.write(body[place : place + 1])
            except OSError:
                return
            time.sleep(0.02)

    def send(self, status: int, body: bytes, only: int | None = None, location: str = "") -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        if location:
            self.send_header("Location", location)
        self.end_headers()
        self.wfile.write(body[:only])
        if only is not None:
            self.close_connection = True

    def log_message(self, *_: Any) -> None:
        pass


class SigningServer:
    """The signer as a test sees it."""

    def __init__(self, port: int, path: str = "/wallet/one") -> None:
        self.url = f"http://127.0.0.1:{port}{path}"
        self._port = port
        self._path = path

    def another(self, kind: str) -> SigningServer:
        """A fresh signer in the same process."""
        return SigningServer(self._port, f"/{kind}/{uuid.uuid4()}")

    def take(self, private_key: bytes) -> None:
        self._control("PUT", {"key": "0x" + private_key.hex()})

    def do(self, fault: str) -> None:
        self._control("PUT", {"fault": fault})

    def asked(self) -> list[str]:
        asked: list[str] = self._control("GET", None)
        return asked

    def _control(self, verb: str, said: Any) -> Any:
        connection = HTTPConnection("127.0.0.1", self._port, timeout=20)
        try:
            connection.request(verb, self._path, None if said is None else json.dumps(said).encode())
            return json.loads(connection.getresponse().read())
        finally:
            connection.close()


@contextmanager
def started() -> Iterator[SigningServer]:
    with subprocess.Popen([sys.executable, __file__], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield SigningServer(int(process.stdout.readline()))
        finally:
            process.kill()


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    sys.stdout.write(f"{server.server_address[1]}\n")
    sys.stdout.flush()
    server.serve_forever()
