"""The loop that one would write first: a consumer, a JPEG decoder, a batch, a producer. At-least-once, state in RAM."""

from confluent_kafka import Consumer, KafkaError, KafkaException, Producer

from tokenizer import Camera, Encoder, Pictures, Records, arguments


def main():
    given = arguments(__doc__)
    records, pictures = Records(given.schemas), Pictures(given.size)
    encoder = Encoder(given.model, given.threads, given.size)
    consumer = Consumer(
        {
            "bootstrap.servers": given.bootstrap,
            "group.id": given.group,
            "auto.offset.reset": "earliest",
            "enable.auto.offset.store": False,
        }
    )
    producer = Producer({"bootstrap.servers": given.bootstrap, "linger.ms": 5})
    consumer.subscribe([given.frames])
    cameras, ready = {}, {}

    def run():
        batch = list(ready.values())
        ready.clear()
        tokens, caches = encoder.step(batch)
        for camera, found, cache in zip(batch, tokens, caches):
            producer.produce(given.tokens, records.write(camera.done(found, cache)), camera.name)
        producer.poll(0)

    while True:
        messages = consumer.consume(64, 0.05)
        for message in messages:
            if message.error():
                if message.error().code() == KafkaError._PARTITION_EOF:
                    continue
                raise KafkaException(message.error())
            frame = records.read(message.value())
            camera = cameras.setdefault(
                frame["camera"], Camera(frame["camera"], encoder, given.keyframe_interval)
            )
            if camera.name in ready:
                run()
            if camera.add(frame, pictures.fit(frame)):
                ready[camera.name] = camera
                if len(ready) == given.batch:
                    run()
            consumer.store_offsets(message)
        if not messages and ready:
            run()


if __name__ == "__main__":
    main()
