package io.nolook.camera.simulator;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What a camera sends over HTTP, picture by picture, over and over.
 *
 * @param contentType of the answer
 * @param parts one for each picture, as they are sent; not empty
 */
public record HttpVideo(String contentType, List<byte[]> parts) {
    private static final String BOUNDARY = "next";
    private static final int TS_PACKET = 188;

    public HttpVideo {
        if (parts.isEmpty()) {
            throw new IllegalArgumentException("found no pictures to send, expected at least one");
        }
        parts = List.copyOf(parts);
    }

    /** Motion JPEG as most cameras send it: a part of a MIME message for each picture. */
    public static HttpVideo motionJpeg(List<byte[]> pictures) {
        return new HttpVideo(
                "multipart/x-mixed-replace; boundary=" + BOUNDARY,
                pictures.stream().map(HttpVideo::part).toList());
    }

    private static byte[] part(byte[] picture) {
        ByteArrayOutputStream part = new ByteArrayOutputStream();
        part.writeBytes(ascii(
                "--" + BOUNDARY + "\r\nContent-Type: image/jpeg\r\nContent-Length: " + picture.length + "\r\n\r\n"));
        part.writeBytes(picture);
        part.writeBytes(ascii("\r\n"));
        return part.toByteArray();
    }

    /**
     * A transport stream with one video in it, cut before the packets that begin a picture.
     *
     * @param stream whole packets of 188 bytes
     * @param pid of the video
     */
    public static HttpVideo transportStream(byte[] stream, int pid) {
        List<byte[]> parts = new ArrayList<>();
        ByteArrayOutputStream part = new ByteArrayOutputStream();
        boolean begun = false;
        for (int at = 0; at + TS_PACKET <= stream.length; at += TS_PACKET) {
            boolean begins = (stream[at + 1] & 0x40) != 0;
            boolean video = ((stream[at + 1] & 0x1f) << 8 | stream[at + 2] & 0xff) == pid;
            if (begins && video && begun) {
                parts.add(part.toByteArray());
                part.reset();
            }
            begun |= begins && video;
            part.write(stream, at, TS_PACKET);
        }
        parts.add(part.toByteArray());
        return new HttpVideo("video/mp2t", parts);
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
