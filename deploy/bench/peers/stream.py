"""The same on Quix Streams: one record after the other, each camera's by its key. Its frames topic is read in order.

Activations (1.6 MiB a camera) are larger than a record of the changelog topic that keeps Quix Streams' state may be,
and are new at every step: they stay in RAM. The framework has no batches of several keys.
"""

import logging

from quixstreams import Application
from tokenizer import Camera, Encoder, Pictures, Records, arguments


def main():
    given = arguments(__doc__)
    records, pictures = Records(given.schemas), Pictures(given.size)
    encoder = Encoder(given.model, given.threads, given.size)
    cameras = {}

    def step(value: bytes):
        frame = records.read(value)
        camera = cameras.setdefault(frame["camera"], Camera(frame["camera"], encoder, given.keyframe_interval))
        if not camera.add(frame, pictures.fit(frame)):
            return []
        tokens, caches = encoder.step([camera])
        return [records.write(camera.done(tokens[0], caches[0]))]

    app = Application(
        broker_address=given.bootstrap,
        consumer_group=given.group,
        auto_offset_reset="earliest",
        processing_guarantee="at-least-once",
        auto_create_topics=False,
        loglevel=logging.WARNING,
    )
    frames = app.topic(given.frames, value_deserializer="bytes", key_deserializer="bytes")
    tokens = app.topic(given.tokens, value_serializer="bytes", key_serializer="bytes")
    app.dataframe(frames).apply(step, expand=True).to_topic(tokens)
    app.run()


if __name__ == "__main__":
    main()
