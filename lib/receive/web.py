"""The only module that uses the network: asks one service, patiently and politely, and accepts nothing but a whole answer in JSON."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import urljoin, urlsplit

import requests
from pydantic import BaseModel, TypeAdapter, ValidationError

from lib.base.errors import WorkbookError
from lib.data.entry import reason

T = TypeVar("T", bound=BaseModel)

#: How often a call is tried when the service is busy or does not answer.
ATTEMPTS = 4
#: The answers that mean "try again later".
BUSY = {429, 500, 502, 503, 504}
#: Seconds to wait before a new attempt, if the service names no time; the most that is waited, if it does.
PATIENCE, MOST_PATIENCE = 2.0, 60.0
#: Seconds: until a connection, between two parts of an answer, and for a whole answer.
TIMEOUT, LONGEST = (10, 30), 120
#: No answer that a county needs is larger.
MOST_BYTES = 50_000_000
PART = 65536
NOTHING = "Nothing was written."


class _BusyError(Exception):
    """The service did not answer in full; the message says how. Another attempt may succeed."""

    def __init__(self, message: str, wait: float | None = None) -> None:
        super().__init__(message)
        self.wait = wait


@dataclass
class Web:
    """A service on the network.

    Parameters
    ----------
    address : str
        The base of all calls, ``https://api.kolada.se/v3/``. Nothing outside this host is asked, whatever an answer links to.
    say : callable
        Called with each address before it is asked.
    pause : float
        Seconds between two calls, so that the service is not crowded.
    """

    address: str
    say: Callable[[str], None]
    pause: float = 0.25
    answers: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        host = urlsplit(self.address).hostname
        if not self.address.startswith("https://") and host not in ("127.0.0.1", "localhost"):
            raise WorkbookError(f"{self.address} is not asked: the address of a service must begin with https://.")
        self.session = requests.Session()
        self.session.headers["User-Agent"] = "lagesrapport"

    def ask(self, path: str, kind: type[T], body: dict[str, Any] | None = None) -> T:
        """Return the service's answer to a path below the address, or to a full address, as an instance of a pydantic type.

        The bytes of each answer are added to `answers` as they were received.

        Raises
        ------
        WorkbookError
            If there is no whole answer in JSON, of the type's shape, after some attempts; says what came instead.
        """
        base, asked = urlsplit(self.address), urlsplit(urljoin(self.address, path))
        if asked.netloc != base.netloc:
            raise WorkbookError(
                f"{self.address} points on to another place, {asked.geturl()[:200]}, which is not asked. {NOTHING}"
            )
        # A service behind another server may link to itself without encryption.
        url = asked._replace(scheme=base.scheme).geturl()
        content = self._tried(url, body)
        try:
            decoded = json.loads(content)
        except ValueError:
            start = " ".join(content[:60].decode("utf-8", "replace").split())
            raise WorkbookError(
                f"{url} did not answer with JSON but with “{start}” …; try again later. {NOTHING}"
            ) from None
        try:
            answer = TypeAdapter(kind).validate_python(decoded)
        except ValidationError as error:
            where, why = reason(error)
            raise WorkbookError(
                f"{url} answers in another form than it is documented to ({where}: {why}); has the service changed? {NOTHING}"
            ) from None
        self.answers.append(content)
        return answer

    def _tried(self, url: str, body: dict[str, Any] | None) -> bytes:
        for attempt in range(ATTEMPTS):
            if self.answers or attempt:
                time.sleep(self.pause)
            self.say(f"Asking {url}")
            try:
                return self._once(url, body)
            except _BusyError as busy:
                why, wait = str(busy), busy.wait
            if attempt + 1 < ATTEMPTS:
                wait = min(PATIENCE * 2**attempt if wait is None else wait, MOST_PATIENCE)
                self.say(f"{why}; trying again in {wait:.0f} s")
                time.sleep(wait)
        raise WorkbookError(f"{url}: {why}, {ATTEMPTS} times; try again later. {NOTHING}")

    def _once(self, url: str, body: dict[str, Any] | None) -> bytes:
        try:
            method = "GET" if body is None else "POST"
            with self.session.request(
                method, url, json=body, timeout=TIMEOUT, stream=True, allow_redirects=False
            ) as answer:
                _check(url, answer)
                return _read(url, answer)
        except requests.Timeout:
            raise _BusyError("no answer in time") from None
        except requests.exceptions.SSLError as error:
            raise WorkbookError(f"{url}: the connection is not safe ({str(error)[:120]}). {NOTHING}") from None
        except requests.RequestException as error:
            raise _BusyError(f"{_kind(error)} ({type(error).__name__})") from None


def _kind(error: requests.RequestException) -> str:
    if isinstance(error, requests.exceptions.ChunkedEncodingError | requests.exceptions.ContentDecodingError):
        return "the answer broke off"
    return "no connection" if isinstance(error, requests.ConnectionError) else "no usable answer"


def _check(url: str, answer: requests.Response) -> None:
    """Check an answer before it is read."""
    status = answer.status_code
    if status in BUSY:
        after = answer.headers.get("Retry-After", "")
        raise _BusyError(f"the service is busy ({status})", float(after) if after.isdigit() else None)
    if 300 <= status < 400:
        where = answer.headers.get("Location", "nowhere")[:200]
        raise WorkbookError(f"{url} sends on to {where}, which is not followed; has the service moved? {NOTHING}")
    if status != 200:
        raise WorkbookError(f"{url} answers {status} ({answer.reason}); has the table or key figure gone? {NOTHING}")
    kind = answer.headers.get("Content-Type", "").partition(";")[0]
    if "json" not in kind:
        raise WorkbookError(f"{url} answers with {kind or 'no type'} instead of JSON; try again later. {NOTHING}")
    if int(answer.headers.get("Content-Length", "0") or 0) > MOST_BYTES:
        raise _too_large(url)


def _read(url: str, answer: requests.Response) -> bytes:
    parts, size, end = [], 0, time.monotonic() + LONGEST
    for part in answer.iter_content(PART):
        parts.append(part)
        size += len(part)
        if size > MOST_BYTES:
            raise _too_large(url)
        if time.monotonic() > end:
            raise _BusyError(f"no whole answer in {LONGEST} s")
    return b"".join(parts)


def _too_large(url: str) -> WorkbookError:
    return WorkbookError(
        f"{url} answers with more than {MOST_BYTES // 1_000_000} MB, far more than was asked for. {NOTHING}"
    )
