"""Records in the wire format of Confluent's schema registry: 0x00, the schema's number there, the body."""

from __future__ import annotations

import json
import struct
import urllib.error
import urllib.parse
import urllib.request
from typing import Any, Dict, Optional, Tuple

from .records import HEADER, MARK, fingerprint, schema

TIMEOUT_SECONDS = 20
MOST_BYTES = 1 << 20
NUMBER = struct.Struct(">bI")
TYPE = "application/vnd.schemaregistry.v1+json"


class Registry:
    """A schema registry over HTTP; asked once for each schema.

    `url` is such as `http://registry:8081`, `authorization` the header of that name, such as `Basic ...`.
    """

    def __init__(self, url: str, authorization: Optional[str] = None) -> None:
        if not url.startswith(("http://", "https://")):
            raise ValueError(f"found registry {url}, expected http://HOST:PORT or https://HOST")
        self.url, self.authorization = url.rstrip("/"), authorization
        self._numbers: Dict[Tuple[str, str], int] = {}
        self._fingerprints: Dict[int, Optional[bytes]] = {}

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
        if number not in self._fingerprints:
            self._fingerprints[number] = self._fingerprint(number)
        known = self._fingerprints[number]
        return value if known is None else MARK + known + value[NUMBER.size :]

    def _register(self, subject: str, text: str) -> int:
        path = f"/subjects/{urllib.parse.quote(subject, safe='')}"
        status, answer = self._ask(path, {"schema": text})
        if status == 404:
            status, answer = self._ask(f"{path}/versions", {"schema": text})
        if status != 200 or not isinstance(answer.get("id"), int):
            raise ConnectionError(f"found status {status} of the schema registry at {self.url} for {subject}: {answer}")
        return answer["id"]

    def _fingerprint(self, number: int) -> Optional[bytes]:
        status, answer = self._ask(f"/schemas/ids/{number}")
        if status == 404 or answer.get("schemaType", "AVRO") != "AVRO":
            return None
        if status != 200:
            raise ConnectionError(f"found status {status} of the schema registry at {self.url} for schema {number}: {answer}")
        return fingerprint(json.loads(answer["schema"]))

    def _ask(self, path: str, body: Optional[Dict[str, str]] = None) -> Tuple[int, Dict[str, Any]]:
        headers = {"Accept": TYPE, "Content-Type": TYPE}
        if self.authorization is not None:
            headers["Authorization"] = self.authorization
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, headers)
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer:
                return answer.status, json.loads(answer.read(MOST_BYTES))
        except urllib.error.HTTPError as e:
            return e.code, {}
        except OSError as e:
            raise ConnectionError(f"found no answer of the schema registry at {self.url}: {e}") from e
