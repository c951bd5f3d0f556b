"""Keys behind the `Signer` port that are held elsewhere, by web3signer, Clef, or what speaks as they do.

JSON-RPC 2.0 over HTTP or HTTPS. One call is one request, sent once: no redirect is followed, no proxy asked. What comes
back is believed only as far as it can be checked here: a signature must be canonical and recover to the account over
the digest of what was asked, a transaction must say what was asked and nothing else. Everything else is
`SignerUnavailableError`, whose text shows neither the URL beyond its host nor anything that was to be signed.

Who may ask the signer to sign is between its operator and the network: neither of the two asks for a password.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Final
from urllib.parse import urlsplit

from ledger.adapters.raw_transaction import read_transaction, unsigned
from ledger.codec.hex_strict import decode_hex, encode_hex
from ledger.codec.json_shape import whole_number
from ledger.codec.signature import recover
from ledger.codec.strict_json import parse
from ledger.codec.typed_data import typed_data_hash
from ledger.errors import BadEvidenceError, MalformedError, RequestRefusedError, SignerUnavailableError
from ledger.types import Address, JsonObject, JsonValue

TIMEOUT_SECONDS = 10.0
"""For one answer; a signer that asks a person each time is not one to run a service with."""

MAX_ANSWER_BYTES = 1 << 20
"""A raw transaction that creates a contract is some tens of thousands."""

_CHUNK_BYTES = 1 << 16
_NO_SUCH_METHOD = -32_601  # JSON-RPC 2.0 §5.1
_PASSED_ON = frozenset({502, 503, 504})
"""web3signer passes on what it does not know to a node, and answers so where there is none."""

_QUANTITIES = ("chainId", "nonce", "gas", "value", "maxFeePerGas", "maxPriorityFeePerGas")
_LARGEST = (1 << 256) - 1
_ADDRESS = re.compile("0x[0-9a-f]{40}")
_DATA = re.compile("0x(?:[0-9a-f]{2})*")


class _UnknownMethodError(SignerUnavailableError):
    """The signer does not know the method; it has signed nothing."""


@dataclass(frozen=True, slots=True)
class _Spoken:
    """How one kind of signer names its methods, and whether it takes typed data as text."""

    accounts: str
    typed_data: str
    transaction: str
    as_text: bool = False


_LANGUAGES: Final = (
    _Spoken("eth_accounts", "eth_signTypedData_v4", "eth_signTransaction"),
    _Spoken("eth_accounts", "eth_signTypedData", "eth_signTransaction", as_text=True),  # web3signer
    _Spoken("account_list", "account_signTypedData", "account_signTransaction"),  # Clef
)


class RemoteSigner:
    """A `Signer` whose keys are at ``url``."""

    def __init__(self, url: str, timeout: float = TIMEOUT_SECONDS) -> None:
        self._connect, self._host, self._path = _place(url)
        self._timeout = timeout

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._host})"

    def addresses(self) -> tuple[Address, ...]:
        answer = self._first_known([(language.accounts, []) for language in _LANGUAGES])
        listed = answer if isinstance(answer, list) else [None]
        return tuple(sorted({self._address(item) for item in listed}))

    def sign_typed_data(self, address: Address, typed_data: JsonObject) -> bytes:
        digest = typed_data_hash(typed_data)
        text, account = json.dumps(typed_data), encode_hex(address)
        answer = self._first_known(
            [(language.typed_data, [account, text if language.as_text else typed_data]) for language in _LANGUAGES]
        )
        try:
            signature = decode_hex(_lower(answer), 65)
            signed_by = recover(digest, signature)
        except (MalformedError, BadEvidenceError):
            raise self._refused("answers with no signature of what was asked") from None
        if signed_by != address:
            raise self._refused(f"signs with another key than that of {account}, or something else")
        return signature

    def sign_transaction(self, address: Address, transaction: JsonObject) -> bytes:
        asked = {"from": encode_hex(address), **_in_hex(transaction)}
        answer = self._first_known([(language.transaction, [asked]) for language in _LANGUAGES])
        raw = answer.get("raw") if isinstance(answer, dict) else answer  # Clef: {"raw", "tx"}
        text = _lower(raw)
        if not isinstance(text, str) or not _DATA.fullmatch(text):
            raise self._refused("answers with no transaction")
        return self._checked(bytes.fromhex(text[2:]), address, transaction)

    def _checked(self, raw: bytes, address: Address, transaction: JsonObject) -> bytes:
        """Return a signed transaction that says what was asked, field by field, and was signed by ``address``."""
        try:
            signed = read_transaction(raw)
        except MalformedError:
            raise self._refused("answers with something else than a signed EIP-1559 transaction") from None
        if signed.sender != address:
            raise self._refused(f"signs with another key than that of {encode_hex(address)}")
        if signed.has_access_list or unsigned(signed, signed.fees) != transaction:
            raise self._refused("signs another transaction than was asked")
        return raw

    def _address(self, item: JsonValue) -> Address:
        try:
            return Address(decode_hex(_lower(item), 20))
        except MalformedError:
            raise self._refused("answers with no list of accounts") from None

    def _first_known(self, calls: Sequence[tuple[str, list[JsonValue]]]) -> JsonValue:
        """Return the result of the first of these calls whose method the signer knows."""
        unknown = self._refused("was asked nothing")
        for method, parameters in dict(calls).items():
            try:
                return self._call(method, parameters)
            except _UnknownMethodError as fault:
                unknown = fault  # nothing was signed
        raise unknown

    def _call(self, method: str, parameters: list[JsonValue]) -> JsonValue:
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": parameters}).encode()
        try:
            answer = parse(self._post(body), MAX_ANSWER_BYTES)
        except RequestRefusedError:
            raise self._refused("answers with something else than JSON-RPC") from None
        if not isinstance(answer, dict) or answer.get("id") != 1:
            raise self._refused("answers with something else than JSON-RPC")
        fault = answer.get("error")
        if fault is not None:
            code = fault.get("code") if isinstance(fault, dict) else None
            if code == _NO_SUCH_METHOD:
                raise _UnknownMethodError(str(self._refused(f"does not know {method}")))
            raise self._refused(f"refuses ({method}, error {code if isinstance(code, int) else 'of no code'})")
        if "result" not in answer:
            raise self._refused("answers without a result")
        return answer["result"]

    def _post(self, body: bytes) -> bytes:
        """Return what comes back for one request; it is sent once, and an answer is read for so long and so far."""
        deadline = time.monotonic() + self._timeout
        connection = self._connect(self._host, timeout=self._timeout)
        try:
            connection.request("POST", self._path, body, {"Content-Type": "application/json"})
            with connection.getresponse() as answer:
                content = self._read(answer, deadline)
        except TimeoutError:
            raise self._refused("does not answer in time") from None
        except (OSError, HTTPException) as error:
            raise self._refused(f"cannot be reached or breaks off ({type(error).__name__})") from None
        finally:
            connection.close()
        if answer.status in _PASSED_ON:
            raise _UnknownMethodError(str(self._refused(f"answers with HTTP status {answer.status}")))
        if answer.status != 200:
            raise self._refused(f"answers with HTTP status {answer.status}")
        return content

    def _read(self, answer: HTTPResponse, deadline: float) -> bytes:
        content = b""
        while chunk := answer.read1(_CHUNK_BYTES):
            content += chunk
            if len(content) > MAX_ANSWER_BYTES:
                raise self._refused(f"answers with more than {MAX_ANSWER_BYTES} bytes")
            if time.monotonic() > deadline:
                raise TimeoutError
        if answer.length:
            raise self._refused("breaks off in the middle of an answer")
        return content

    def _refused(self, what: str) -> SignerUnavailableError:
        way_on = "see that it runs, holds the key and may sign with it"
        return SignerUnavailableError(f"the signer at {self._host} {what}: {way_on}")


def _place(url: str) -> tuple[type[HTTPConnection], str, str]:
    """Return how and where to connect, and the path."""
    try:
        parts = urlsplit(url)
        _ = parts.port  # refuses one that is none
    except ValueError:
        parts = urlsplit("")
    path = parts.path or "/"
    known = parts.scheme in ("http", "https") and parts.hostname and parts.username is None and not parts.query
    if not known or not re.fullmatch("[!-~]*", parts.netloc + path):
        expected = "an http or https URL of a signer, without a user or a query"
        raise MalformedError("/signer_url", expected, "another text")
    return (HTTPSConnection if parts.scheme == "https" else HTTPConnection), parts.netloc, path


def _lower(value: JsonValue) -> JsonValue:
    return value.lower() if isinstance(value, str) else value


def _in_hex(transaction: JsonObject) -> JsonObject:
    """Return the transaction as JSON-RPC writes it; refuse one that is no EIP-1559 transaction."""
    asked: JsonObject = {name: hex(whole_number(transaction.get(name), f"/{name}", _LARGEST)) for name in _QUANTITIES}
    for name, form in (("to", _ADDRESS), ("data", _DATA)):
        value = transaction.get(name)
        if value is not None and not (isinstance(value, str) and form.fullmatch(value)):
            raise MalformedError(f"/{name}", "lower-case hexadecimal digits", "another value")
        asked |= {} if value is None else {name: value}
    return asked
