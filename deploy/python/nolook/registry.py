"""Records in the wire format of Confluent's schema registry: 0x00, the schema's number there, the body."""

from __future__ import annotations

import http.client
import json
import struct
import time
import urllib.error
import urllib.parse
import urllib.request
from typing import Any, Dict, Optional, Tuple

from .records import HEADER, MARK, fingerprint, schema

TIMEOUT_SECONDS = 20
MOST_BYTES = 1 << 20
NUMBER = struct.Struct(">bI")
UNKNOWN = (40401, 40402, 40403)  # subject, version and schema not found
UNKNOWN_SECONDS = 30.0
MOST_UNKNOWN = 100
TYPE = "application/vnd.schemaregistry.v1+json"


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """The header of one server is not for another."""

    def redirect_request(self, *_: Any) -> None:
        return None


class Registry:
    """A schema registry over HTTP; asked once for each schema.

    `url` is such as `http://registry:8081`, `authorization` the header of that name, such as `Basic ...`.
    """

    def __init__(self, url: str, authorization: Optional[str] = None) -> None:
        parts = urllib.parse.urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment or "@" in parts.netloc:
            shown = url if "@" not in url else "a user"
            raise ValueError(f"found {shown}, expected a schema registry at http://HOST:PORT or https://HOST")
        self.url, self.authorization = url.rstrip("/"), authorization
        self._numbers: Dict[Tuple[str, str], int] = {}
        self._fingerprints: Dict[int, bytes] = {}
        self._unknown: Dict[int, float] = {}
        self._opener = urllib.request.build_opener(_NoRedirect)

    def outgoing(self, topic: str, name: str, value: bytes) -> bytes:
        """An Avro single object of the schema of this name, as it is sent to the topic."""
        subject = f"{topic}-value"
        if (subject, name) not in self._numbers:
            self._numbers[subject, name] = self._register(subject, json.dumps(schema(name)))
        return NUMBER.pack(0, self._numbers[subject, name]) + value[HEADER:]

    def incoming(self, value: bytes) -> bytes:
        """A record as an Avro single object; what is of no schema of the registry is left as it is."""
        if len(value) < NUMBER.size or value[0] != 0:
            return value
        number = NUMBER.unpack_from(value)[1]
        known = self._fingerprints.get(number) or self._asked(number)
        return value if known is None else MARK + known + value[NUMBER.size :]

    def _asked(self, number: int) -> Optional[bytes]:
        """The fingerprint of a number that is not known yet; anybody can make numbers up, so few are asked for at a time."""
        now = time.monotonic()
        self._unknown = {each: at for each, at in self._unknown.items() if now - at < UNKNOWN_SECONDS}
        if number in self._unknown or len(self._unknown) >= MOST_UNKNOWN:
            return None
        known = self._fingerprint(number)
        if known is None:
            self._unknown[number] = now
        else:
            self._fingerprints[number] = known
        return known

    def _register(self, subject: str, text: str) -> int:
        path = f"/subjects/{urllib.parse.quote(subject, safe='')}"
        status, answer = self._ask(path, {"schema": text})
        if status == 404 and answer.get("error_code") in UNKNOWN:
            status, answer = self._ask(f"{path}/versions", {"schema": text})
        if status != 200 or not isinstance(answer.get("id"), int):
            raise self._refused(subject, status, answer)
        return answer["id"]

    def _fingerprint(self, number: int) -> Optional[bytes]:
        status, answer = self._ask(f"/schemas/ids/{number}")
        if status == 404 and answer.get("error_code") in UNKNOWN:
            return None
        if status != 200 or not isinstance(answer.get("schema"), str):
            raise self._refused(f"schema {number}", status, answer)
        if answer.get("schemaType", "AVRO") != "AVRO":
            return None
        try:
            return fingerprint(json.loads(answer["schema"]))
        except Exception:  # of somebody else: with references, or none that Avro can read
            return None

    def _refused(self, what: str, status: int, answer: Dict[str, Any]) -> ConnectionError:
        said = answer.get("message", "no message")
        return ConnectionError(f"found status {status} of the schema registry at {self.url} for {what} ({said}), expected 200")

    def _ask(self, path: str, body: Optional[Dict[str, str]] = None) -> Tuple[int, Dict[str, Any]]:
        headers = {"Accept": TYPE, "Content-Type": TYPE}
        if self.authorization is not None:
            headers["Authorization"] = self.authorization
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, headers)
        try:
            try:
                answer = self._opener.open(request, timeout=TIMEOUT_SECONDS)
            except urllib.error.HTTPError as e:
                answer = e
            with answer:
                status, text = answer.status, answer.read(MOST_BYTES)
        except (OSError, http.client.HTTPException) as e:
            raise ConnectionError(f"found no answer of the schema registry at {self.url}: {e}") from e
        try:
            told = json.loads(text)
        except ValueError:
            told = None
        return status, told if isinstance(told, dict) else {}
