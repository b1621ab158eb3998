"""What the Python peers' tokens must be: the same decoder, one camera after the other, without batches.

Reads all of the frames topic, keeps the first cameras' frames, and ends.
"""

from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition

from tokenizer import Camera, Encoder, Pictures, Records, arguments


def read(given, records, pictures) -> dict:
    """Frames of the cameras by name, each in order; a picture that was seen is not decoded again."""
    consumer = Consumer({"bootstrap.servers": given.bootstrap, "group.id": given.group})
    partitions = consumer.list_topics(given.frames, 30).topics[given.frames].partitions
    assigned, left = [], {}
    for partition in partitions:
        low, high = consumer.get_watermark_offsets(TopicPartition(given.frames, partition), 30)
        assigned.append(TopicPartition(given.frames, partition, low))
        left[partition] = high - low
    consumer.assign(assigned)
    frames, seen = {}, {}
    while any(count > 0 for count in left.values()):
        for message in consumer.consume(64, 1):
            if message.error():
                raise KafkaException(message.error())
            left[message.partition()] -= 1
            frame = records.read(message.value())
            if int(frame["camera"].rpartition("-")[2]) < given.cameras:
                payload = frame.pop("payload")
                if payload not in seen:
                    seen[payload] = pictures.fit(frame | {"payload": payload})
                frames.setdefault(frame["camera"], []).append((frame, seen[payload]))
    consumer.close()
    return frames


def main():
    given = arguments(__doc__)
    records, pictures = Records(given.schemas), Pictures(given.size)
    encoder = Encoder(given.model, given.threads, given.size)
    producer = Producer({"bootstrap.servers": given.bootstrap})
    for name, frames in read(given, records, pictures).items():
        camera = Camera(name, encoder, given.keyframe_interval)
        for frame, rgb in frames:
            if camera.add(frame, rgb):
                tokens, caches = encoder.step([camera])
                producer.produce(given.tokens, records.write(camera.done(tokens[0], caches[0])), name)
                producer.poll(0)
    producer.flush()


if __name__ == "__main__":
    main()
