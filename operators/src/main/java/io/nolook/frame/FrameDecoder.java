package io.nolook.frame;

import io.nolook.failure.FailureCode;
import io.nolook.failure.IntakeException;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.Optional;

/**
 * Turns one untrusted coded picture into RGB, or says why not.
 *
 * <p>Caps bytes first, then pixels and scans from the headers, and only then decodes. Colours are taken as coded:
 * profiles and gamma are not applied, alpha is laid over black. Whatever the bytes are, nothing but a
 * {@link IntakeException} leaves {@code decode}. The same bytes give the same picture on the same {@link #ID}.
 *
 * <p>Not thread-safe: one instance per thread. Keeps readers, but nothing of a picture, between calls; nothing to
 * close.
 */
public final class FrameDecoder {
    /** Names the decoder for a runtime's fingerprint: decoders differ in the last bit of a pixel. */
    public static final String ID =
            JpegReducer.ID + "+imageio-" + Runtime.version().feature();

    private static final byte[] JPEG_MAGIC = {(byte) 0xff, (byte) 0xd8, (byte) 0xff};
    private static final byte[] PNG_MAGIC = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

    private final FrameLimits limits;
    private final JpegDecoder jpeg = new JpegDecoder();
    private final PngDecoder png = new PngDecoder();

    public FrameDecoder(FrameLimits limits) {
        this.limits = limits;
    }

    /**
     * Decodes a picture whose record states its size.
     *
     * @param declaredWidth pixels as coded, before EXIF rotation
     * @param declaredHeight pixels as coded, before EXIF rotation
     * @param payload its position and limit stay as they are
     * @return upright; EXIF orientation 5 to 8 swaps the size
     */
    public Picture decode(FrameEncoding encoding, int declaredWidth, int declaredHeight, ByteBuffer payload)
            throws IntakeException {
        return decode(payload, gate(encoding, declaredWidth, declaredHeight));
    }

    /**
     * Decodes a picture whose record states its size, and fits it; sooner than both one after the other, since of a JPEG no
     * more is decoded than the smaller picture needs.
     *
     * @param declaredWidth pixels as coded, before EXIF rotation
     * @param declaredHeight pixels as coded, before EXIF rotation
     * @param payload its position and limit stay as they are
     */
    public FittedPicture decode(
            FrameEncoding encoding, int declaredWidth, int declaredHeight, ByteBuffer payload, FrameFitter fitter)
            throws IntakeException {
        return decode(payload, gate(encoding, declaredWidth, declaredHeight), fitter);
    }

    /**
     * Decodes a JPEG or PNG file, whose own header states its size, and fits it.
     *
     * @param payload its position and limit stay as they are
     */
    public FittedPicture decode(ByteBuffer payload, FrameFitter fitter) throws IntakeException {
        return decode(payload, gateOfFile(payload), fitter);
    }

    private FittedPicture decode(ByteBuffer payload, PictureGate gate, FrameFitter fitter) throws IntakeException {
        if (gate.encoding() != FrameEncoding.JPEG) {
            return FittedPicture.of(decode(payload, gate), fitter);
        }
        admit(payload, gate);
        ByteBuffer array = inArray(payload);
        int start = array.arrayOffset() + array.position();
        try {
            return jpeg.decode(array.array(), start, start + array.remaining(), gate, fitter);
        } catch (RuntimeException | StackOverflowError e) {
            throw failed(gate, e);
        }
    }

    private PictureGate gate(FrameEncoding encoding, int declaredWidth, int declaredHeight) {
        return new PictureGate(encoding, limits, new FrameSize(declaredWidth, declaredHeight));
    }

    /**
     * Decodes a JPEG or PNG file, whose own header states its size.
     *
     * @param payload its position and limit stay as they are
     * @return upright; EXIF orientation 5 to 8 swaps the size
     */
    public Picture decode(ByteBuffer payload) throws IntakeException {
        return decode(payload, gateOfFile(payload));
    }

    private PictureGate gateOfFile(ByteBuffer payload) throws IntakeException {
        Optional<FrameEncoding> encoding = encodingOf(payload);
        if (encoding.isEmpty()) {
            throw new IntakeException(
                    FailureCode.PICTURE_WRONG_ENCODING,
                    "found " + start(payload) + ", expected a JPEG or PNG; convert the picture");
        }
        return new PictureGate(encoding.get(), limits, null);
    }

    /**
     * The size of a JPEG that may travel as it is: upright, with tables of its own, up to its end marker.
     *
     * @return nothing of any other bytes; whether the picture can be decoded, decoding alone tells
     */
    public static Optional<FrameSize> sizeOfJpeg(byte[] bytes, FrameLimits limits) {
        if (!startsWith(ByteBuffer.wrap(bytes), JPEG_MAGIC) || !endsWithMarker(bytes)) {
            return Optional.empty();
        }
        try {
            JpegLayout layout =
                    JpegScanner.scan(bytes, 0, bytes.length, new PictureGate(FrameEncoding.JPEG, limits, null));
            boolean whole = layout.huffmanTables() && layout.orientation() == Orientation.UPRIGHT;
            return whole ? Optional.of(new FrameSize(layout.width(), layout.height())) : Optional.empty();
        } catch (IntakeException | RuntimeException e) {
            return Optional.empty();
        }
    }

    /** Whether bytes, which may be the last of more, end with a JPEG's end marker; zeros may follow it. */
    public static boolean endsWithMarker(byte[] bytes) {
        int end = bytes.length;
        while (end > 0 && bytes[end - 1] == 0) {
            end--;
        }
        return end > 1 && bytes[end - 2] == (byte) 0xff && bytes[end - 1] == (byte) 0xd9;
    }

    /** Returns what the first bytes promise, if that is JPEG or PNG. */
    public static Optional<FrameEncoding> encodingOf(ByteBuffer payload) {
        if (startsWith(payload, JPEG_MAGIC)) {
            return Optional.of(FrameEncoding.JPEG);
        }
        return startsWith(payload, PNG_MAGIC) ? Optional.of(FrameEncoding.PNG) : Optional.empty();
    }

    private Picture decode(ByteBuffer payload, PictureGate gate) throws IntakeException {
        admit(payload, gate);
        try {
            return switch (gate.encoding()) {
                case JPEG -> {
                    ByteBuffer array = inArray(payload);
                    int start = array.arrayOffset() + array.position();
                    yield jpeg.decode(array.array(), start, start + array.remaining(), gate);
                }
                case PNG -> png.decode(copy(payload), gate);
                case RGB24 -> raw(payload, gate);
            };
        } catch (RuntimeException | StackOverflowError e) {
            throw failed(gate, e);
        }
    }

    private void admit(ByteBuffer payload, PictureGate gate) throws IntakeException {
        if (payload.remaining() > limits.maxBytes()) {
            throw new IntakeException(
                    FailureCode.PICTURE_TOO_LARGE,
                    "found " + payload.remaining() + " bytes of " + gate.encoding() + ", expected at most "
                            + limits.maxBytes() + "; compress more or raise frame.max-bytes");
        }
        requireEncoding(payload, gate.encoding());
    }

    private static IntakeException failed(PictureGate gate, Throwable e) {
        return gate.unreadable("bytes that fail the decoder with " + e, "a decodable picture");
    }

    private static ByteBuffer inArray(ByteBuffer payload) {
        return payload.hasArray() ? payload : ByteBuffer.wrap(copy(payload));
    }

    private static byte[] copy(ByteBuffer payload) {
        byte[] bytes = new byte[payload.remaining()];
        payload.duplicate().get(bytes);
        return bytes;
    }

    private static Picture raw(ByteBuffer payload, PictureGate gate) throws IntakeException {
        FrameSize size = gate.declared();
        gate.admitSize(size.width(), size.height());
        int expected = 3 * size.width() * size.height();
        if (payload.remaining() != expected) {
            throw new IntakeException(
                    FailureCode.PICTURE_WRONG_SIZE,
                    "found " + payload.remaining() + " bytes of RGB24, expected " + expected + " for the record's "
                            + size.width() + " x " + size.height() + "; send rows without padding");
        }
        return new Picture(size.width(), size.height(), copy(payload));
    }

    private static void requireEncoding(ByteBuffer payload, FrameEncoding encoding) throws IntakeException {
        if (encoding == FrameEncoding.RGB24) {
            return;
        }
        byte[] magic = encoding == FrameEncoding.JPEG ? JPEG_MAGIC : PNG_MAGIC;
        if (startsWith(payload, magic)) {
            return;
        }
        if (payload.remaining() < magic.length) {
            throw new IntakeException(
                    FailureCode.PICTURE_TRUNCATED,
                    "found " + payload.remaining() + " bytes, expected a " + encoding + "; send the whole picture");
        }
        throw new IntakeException(
                FailureCode.PICTURE_WRONG_ENCODING,
                "found " + start(payload) + ", expected a " + encoding
                        + "; set the record's encoding to what it holds");
    }

    private static boolean startsWith(ByteBuffer payload, byte[] magic) {
        return payload.remaining() >= magic.length
                && payload.slice(payload.position(), magic.length).equals(ByteBuffer.wrap(magic));
    }

    private static String start(ByteBuffer payload) {
        Optional<FrameEncoding> known = encodingOf(payload);
        if (known.isPresent()) {
            return "a " + known.get();
        }
        StringBuilder start = new StringBuilder("bytes starting with");
        for (int i = 0; i < Math.min(4, payload.remaining()); i++) {
            start.append(String.format(Locale.ROOT, " %02X", payload.get(payload.position() + i)));
        }
        return start.toString();
    }
}
