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
        self.send_response(200 if told else 404)
        self.end_headers()
        self.wfile.write(json.dumps(told or {"error_code": 40403}).encode())

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


def test_a_registry_that_is_away_is_said():
    with pytest.raises(ConnectionError, match="found no answer of the schema registry"):
        nolook.Registry("http://127.0.0.1:9").incoming(b"\0\0\0\0\7abc")
    with pytest.raises(ValueError, match="expected http://"):
        nolook.Registry("registry:8081")


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
