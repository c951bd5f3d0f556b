"""HTTP answers of bounded size and time: a server that sends without end, or a byte at a time, is hung up on.

The time-outs of a session hold for each piece of an answer, and its size is whatever comes. What the answer means is
left to `json_rpc`.
"""

from __future__ import annotations

import time
from typing import Any

from requests import ConnectionError as BrokenAnswer
from requests import PreparedRequest, Response, Timeout
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError, ReadTimeoutError

MAX_ANSWER_BYTES = 256 << 20
"""Above the largest asked for: the state of a development chain, or the events of some thousand blocks."""

MAX_ANSWER_SECONDS = 60.0
"""From the first byte to the last."""

_PIECE_BYTES = 1 << 16


class BoundedAdapter(HTTPAdapter):
    """Reads each answer whole, within both bounds; beyond them the answer is a broken connection or a time-out."""

    def send(self, request: PreparedRequest, *arguments: Any, **options: Any) -> Response:
        """Return the answer to ``request``, read to its end."""
        response = super().send(request, *arguments, **{**options, "stream": True})
        try:
            response._content = _read(response, time.monotonic() + MAX_ANSWER_SECONDS)  # noqa: SLF001  as `content` does
        except ReadTimeoutError as error:
            raise Timeout(request=request) from error
        except HTTPError as error:
            raise BrokenAnswer(request=request) from error
        response._content_consumed = True  # noqa: SLF001
        return response


def _read(response: Response, end: float) -> bytes:
    content = bytearray()
    while piece := response.raw.read1(_PIECE_BYTES, decode_content=True):
        content += piece
        if len(content) > MAX_ANSWER_BYTES:
            response.close()
            raise BrokenAnswer(f"an answer of more than {MAX_ANSWER_BYTES} bytes")
        if time.monotonic() > end:
            response.close()
            raise Timeout(f"an answer of more than {MAX_ANSWER_SECONDS:g} seconds")
    return bytes(content)
