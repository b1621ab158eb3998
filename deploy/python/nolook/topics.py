"""Reads topics of Kafka."""

from __future__ import annotations

from typing import Iterator, Mapping, Optional, Tuple

PATIENCE_SECONDS = 30.0


def values(
    topic: str, bootstrap_servers: str, *, follow: bool = False, settings: Optional[Mapping[str, str]] = None
) -> Iterator[Tuple[str, bytes]]:
    """Committed records from the first on, those of a key in order: (where it stands, its value).

    Ends at what is the end when it gets there, or never with `follow`. `settings` are more of the client's, such as
    `security.protocol`. Nothing is committed; no consumer group is joined.

    Raises ConnectionError when no broker answers, ValueError when there is no such topic, and KafkaException when the brokers
    refuse.
    """
    from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, KafkaException, TopicPartition

    consumer = Consumer(
        {
            "reconnect.backoff.ms": "1000",
            **(settings or {}),
            "bootstrap.servers": bootstrap_servers,
            "group.id": "nolook-read",  # the client asks for one; it is never joined
            "isolation.level": "read_committed",
            "enable.auto.commit": "false",
            "enable.partition.eof": "true",
        }
    )
    try:
        try:
            known = consumer.list_topics(topic, PATIENCE_SECONDS).topics[topic]
        except KafkaException as e:
            raise ConnectionError(f"found no broker at {bootstrap_servers} in {PATIENCE_SECONDS} s, expected one: {e}") from e
        if known.error is not None or not known.partitions:
            raise ValueError(f"found no topic {topic} at {bootstrap_servers}, expected one: {known.error}")
        left = set(known.partitions)
        consumer.assign([TopicPartition(topic, partition, OFFSET_BEGINNING) for partition in left])
        while left or follow:
            message = consumer.poll(1.0)
            if message is None:
                continue
            error = message.error()
            if error is None:
                value = message.value()
                if value is not None:  # else a tombstone
                    yield f"{topic}-{message.partition()} at {message.offset()}", value
            elif error.code() == KafkaError._PARTITION_EOF:
                left.discard(message.partition())
            else:
                raise KafkaException(error)
    finally:
        consumer.close()
