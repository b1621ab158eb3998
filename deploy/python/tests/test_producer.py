"""Frames reach a broker, the client's own pretended one, as the jobs want them."""

import io
import time

import numpy as np
import pytest

import nolook
from nolook import topics

pytest.importorskip("confluent_kafka")
pytest.importorskip("fastavro")

PICTURE = np.arange(16 * 24 * 3, dtype=np.uint8).reshape(16, 24, 3)


@pytest.fixture
def producer(tmp_path):
    return nolook.Producer("pretended", encoding="RGB24", state=tmp_path, settings={"test.mock.num.brokers": "1"})


def sent(producer):
    """Key, partition and fields of everything on the topic."""
    brokers = producer._client.list_topics(timeout=10).brokers.values()
    servers = ",".join(f"{broker.host}:{broker.port}" for broker in brokers)
    return [nolook.record(value, nolook.schema("Frame")) for _, value in topics.values("frames", servers)]


def test_frames_are_numbered_without_holes_in_an_epoch_of_the_clock(producer):
    before = time.time_ns() // 1_000_000
    with producer:
        for number in range(5):
            assert producer.send("gate", PICTURE + number, 1_000 + number) == number
            producer.send("yard", PICTURE)
        with pytest.raises(ValueError, match="found float64"):
            producer.send("gate", PICTURE / 2)
        assert producer.send("gate", PICTURE, colours="BGR") == 5
    frames = sent(producer)
    gate = [frame for frame in frames if frame["camera"] == "gate"]
    assert [frame["sequence"] for frame in gate] == list(range(6)) and len(frames) == 11
    assert len({frame["epoch"] for frame in gate}) == 1 and gate[0]["epoch"] >= before
    assert [frame["capturedAtMicros"] for frame in gate[:5]] == list(range(1_000, 1_005))
    assert gate[3]["payload"] == (PICTURE + 3).tobytes() and (gate[3]["width"], gate[3]["height"]) == (24, 16)
    assert gate[5]["payload"] == PICTURE[..., ::-1].tobytes()


def test_what_cannot_be_sent_is_said_and_leaves_no_hole(producer):
    with producer:
        producer.send("gate", PICTURE)
        with pytest.raises(ValueError, match="expected whole microseconds"):
            producer.send("gate", PICTURE, 1.5)
        with pytest.raises(ValueError, match="expected whole microseconds"):
            producer.send("gate", PICTURE, -1)
        with pytest.raises(ValueError, match="the client does not take"):
            producer.send("gate", np.zeros((3000, 2000, 3), np.uint8))
        producer.encoding = "JPEG"
        with pytest.raises(ValueError, match="70000x1 that JPEG cannot hold"):
            producer.send("gate", np.zeros((1, 70_000, 3), np.uint8))
        assert producer.send("gate", PICTURE) == 1


def test_the_next_run_has_a_higher_epoch_even_if_the_clock_ran_back(tmp_path):
    ahead = time.time_ns() // 1_000_000 + 3_600_000
    (tmp_path / f"{'gate'.encode().hex()}.epoch").write_text(str(ahead))
    producer = nolook.Producer("pretended", state=tmp_path, settings={"test.mock.num.brokers": "1"})
    producer.send("gate", PICTURE)
    assert sent(producer)[0]["epoch"] == ahead + 1


@pytest.mark.parametrize("encoding, mark", [("JPEG", b"\xff\xd8"), ("PNG", b"\x89PNG")])
def test_pictures_are_coded(tmp_path, encoding, mark):
    image = pytest.importorskip("PIL.Image")
    smooth = np.full((16, 24, 3), (200, 40, 90), np.uint8)
    with nolook.Producer("x", encoding=encoding, state=tmp_path, settings={"test.mock.num.brokers": "1"}) as producer:
        producer.send("gate", smooth[..., ::-1], colours="BGR")
    (frame,) = sent(producer)
    assert frame["encoding"] == encoding and frame["payload"].startswith(mark)
    shown = np.asarray(image.open(io.BytesIO(frame["payload"])))
    assert shown.shape == smooth.shape and np.abs(shown.astype(int) - smooth).max() <= 3


# Utils.toPositive(Utils.murmur2(key)) % 4 of Kafka's Java client
JAVAS_PARTITIONS = {"gate": 0, "yard": 3, "camera-0": 1, "camera-1": 2, "recording/gate": 1, "دوربین": 1}


def test_a_camera_lies_where_javas_clients_put_it(producer):
    with producer:
        for camera in JAVAS_PARTITIONS:
            producer.send(camera, PICTURE)
    assert {camera: place.partition for camera, place in producer._cameras.items()} == JAVAS_PARTITIONS


def test_ids_and_pictures_that_no_job_takes_are_refused(producer):
    for camera in ("", "x" * 256):
        with pytest.raises(ValueError, match="expected 1 to 255"):
            producer.send(camera, PICTURE)
    for picture in (PICTURE[0], PICTURE[..., :2], PICTURE[:0]):
        with pytest.raises(ValueError, match="expected a picture"):
            producer.send("gate", picture)
    with pytest.raises(ValueError, match="found encoding GIF"):
        nolook.Producer("x", encoding="GIF")


def test_a_broker_that_is_away_is_named(monkeypatch, tmp_path):
    monkeypatch.setattr(topics, "PATIENCE_SECONDS", 0.5)
    with pytest.raises(ConnectionError, match="found no broker at 127.0.0.1:1 in 0.5 s, expected one"):
        list(nolook.read("tokens", "127.0.0.1:1"))
    producer = nolook.Producer("127.0.0.1:1", state=tmp_path, settings={"delivery.timeout.ms": "500"})
    with pytest.raises(RuntimeError, match="found that topic frames did not take a frame of gate: .*; begin again"):
        producer.send("gate", PICTURE)


def test_a_topic_that_is_not_there_is_named(producer):
    producer.send("gate", PICTURE)
    brokers = producer._client.list_topics(timeout=10).brokers.values()
    servers = ",".join(f"{broker.host}:{broker.port}" for broker in brokers)
    with pytest.raises(ValueError, match="found no topic nothing at"):
        list(nolook.read("nothing", servers, settings={"allow.auto.create.topics": "false"}))
