"""Records in the wire format of Confluent's registry, against a registry that answers its requests on loopback."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest

import nolook
from nolook import topics
from nolook.records import encode

pytest.importorskip("confluent_kafka")
pytest.importorskip("fastavro")

FRAME = {
    "camera": "gate",
    "epoch": 1,
    "sequence": 2,
    "capturedAtMicros": 3,
    "encoding": "RGB24",
    "width": 1,
    "height": 1,
    "payload": b"abc",
}


class Server(ThreadingHTTPServer):
    def __init__(self):
        self.schemas, self.subjects, self.asked = [], set(), []
        self.raw = None  # status and bytes of every answer
        super().__init__(("127.0.0.1", 0), Handler)

    def answer(self, method, path, body):
        self.asked.append(f"{method} {path}")
        parts = path.strip("/").split("/")
        if parts[0] == "schemas":
            number = int(parts[2])
            return {"schema": self.schemas[number]} if number < len(self.schemas) else None
        text = json.loads(body)["schema"]
        if parts[-1] == "versions":
            self.subjects.add((parts[1], text))
            if text not in self.schemas:
                self.schemas.append(text)
        return {"id": self.schemas.index(text)} if (parts[1], text) in self.subjects else None


class Handler(BaseHTTPRequestHandler):
    def answer(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        told = self.server.answer(self.command, self.path, body)
        status, answer = self.server.raw or (200 if told else 404, json.dumps(told or {"error_code": 40403}).encode())
        self.send_response(status)
        if status == 302:
            self.send_header("Location", f"http://localhost:{self.server.server_port}/elsewhere")
        self.end_headers()
        self.wfile.write(answer)

    do_GET = do_POST = answer

    def log_message(self, *_):
        pass


@pytest.fixture
def server():
    with Server() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def registry(server):
    return nolook.Registry(f"http://127.0.0.1:{server.server_port}/")


def test_headers_are_exchanged_and_bodies_kept(server, registry):
    single = encode("Frame", FRAME)
    for _ in range(2):
        sent = registry.outgoing("frames", "Frame", single)
        assert sent == bytes(5) + single[10:]
        assert registry.incoming(sent) == single
    assert registry.incoming(single) == single
    assert server.asked == ["POST /subjects/frames-value", "POST /subjects/frames-value/versions", "GET /schemas/ids/0"]


def test_what_the_registry_does_not_know_is_refused(registry):
    value = b"\0\0\0\0\7abc"
    assert registry.incoming(value) == value
    with pytest.raises(ValueError, match="Confluent's registry"):
        nolook.record(value, nolook.schema("Frame"))


def test_numbers_that_somebody_makes_up_do_not_flood_the_registry(server, registry):
    single = encode("Frame", FRAME)
    sent = registry.outgoing("frames", "Frame", single)
    for number in range(1, 400):
        value = b"\0" + number.to_bytes(4, "big")
        assert registry.incoming(value) == value
    assert len(server.asked) <= 103
    assert registry.incoming(sent) != single  # not asked for yet: it waits until fewer are made up
    known = nolook.Registry(registry.url)
    assert known.incoming(sent) == single


@pytest.mark.parametrize("answer", [b"<html>", b"", b"[1]", b"{}", b'{"schema": 3}'])
@pytest.mark.parametrize("status", [200, 401, 404, 500])
def test_what_is_no_registrys_answer_is_no_fault_of_the_record(server, registry, status, answer):
    server.raw = status, answer
    with pytest.raises(ConnectionError, match=f"status {status} of the schema registry"):
        registry.incoming(b"\0\0\0\0\7abc")
    with pytest.raises(ConnectionError, match="frames-value"):
        registry.outgoing("frames", "Frame", encode("Frame", FRAME))


def test_a_header_is_not_sent_elsewhere(server, registry):
    server.raw = 302, b""
    with pytest.raises(ConnectionError, match="status 302"):
        registry.incoming(b"\0\0\0\0\7abc")
    assert server.asked == ["GET /schemas/ids/7"]


def test_a_schema_with_references_is_not_known(server, registry):
    server.schemas.append('{"type": "record", "name": "A", "fields": [{"name": "b", "type": "other.B"}]}')
    assert registry.incoming(b"\0\0\0\0\0abc") == b"\0\0\0\0\0abc"


def test_a_registry_that_is_away_is_said():
    with pytest.raises(ConnectionError, match="found no answer of the schema registry"):
        nolook.Registry("http://127.0.0.1:9").incoming(b"\0\0\0\0\7abc")
    for url in ("registry:8081", "http://user:secret@registry", "http://registry?x=1"):
        with pytest.raises(ValueError, match="expected a schema registry at http://") as e:
            nolook.Registry(url)
        assert "secret" not in str(e.value)


def test_a_producer_sends_in_the_registrys_format(server, registry, tmp_path):
    picture = np.zeros((16, 24, 3), np.uint8)
    settings = {"test.mock.num.brokers": "1"}
    with nolook.Producer("pretended", encoding="RGB24", state=tmp_path, settings=settings, registry=registry) as producer:
        producer.send("gate", picture)
        producer.flush()
        brokers = producer._client.list_topics(timeout=10).brokers.values()
        servers = ",".join(f"{broker.host}:{broker.port}" for broker in brokers)
        (_, value), = topics.values("frames", servers)
    assert value[:1] == b"\0"
    fields = nolook.record(registry.incoming(value), nolook.schema("Frame"))
    assert (fields["camera"], fields["sequence"], fields["payload"]) == ("gate", 0, picture.tobytes())
