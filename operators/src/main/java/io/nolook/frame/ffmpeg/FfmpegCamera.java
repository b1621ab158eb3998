package io.nolook.frame.ffmpeg;

import io.nolook.frame.CameraPicture;
import io.nolook.frame.CameraSource;
import io.nolook.frame.FrameDecoder;
import io.nolook.frame.FrameEncoding;
import io.nolook.frame.FrameLimits;
import io.nolook.frame.FrameSize;
import io.nolook.frame.Picture;
import io.nolook.frame.PicturesWanted;
import io.nolook.frame.Sampling;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.bytedeco.ffmpeg.avcodec.AVCodecDescriptor;
import org.bytedeco.ffmpeg.avcodec.AVProducerReferenceTime;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.BytePointer;

/**
 * A network camera or device, of which no more is decoded than wanted.
 *
 * <pre>
 *   packet -> left out by its time (codecs of whole pictures)
 *          -> passed on as it is (a JPEG that is small enough)
 *          -> [decode, smaller where the decoder can] -> left out by its time -> [scale, convert] -> picture
 * </pre>
 *
 * <p>Times are those of {@link StreamClock}. An address that proves to be a recording has times from its first picture on.
 * Owned by one thread, which closes it; holds native memory until then.
 */
public final class FfmpegCamera implements CameraSource {
    /** Fewer are wanted than what is left of a stream without the frames that no other needs. */
    private static final double FEW = 0.25;
    /** Zeros that may follow a JPEG's end, and the end. */
    private static final int TAIL_BYTES = 64;

    private final OpenVideo video;
    private final CameraDecoder decoder;
    private final boolean live;
    private final boolean timed;
    private final boolean wholePictures;
    private final PicturesWanted wanted;
    private final Sampling sampling;
    private final Clock clock;
    private final FrameLimits limits;
    private final StreamClock times = new StreamClock();
    private final RecordingClock recorded = new RecordingClock();
    private boolean markers;
    private long lastTaken = Sampling.NONE;
    private long leftOut;
    private int halvings;

    /**
     * Opens the first video stream.
     *
     * @param uri a URL of a scheme that FFmpeg knows ({@code rtsp://}, {@code http://}), or a device
     * @throws IOException when it cannot be opened, or holds no video
     */
    public FfmpegCamera(String uri, FfmpegOptions options, PicturesWanted wanted) throws IOException {
        this(uri, options, wanted, Clock.systemUTC());
    }

    /** @param clock gives the times of arrival */
    public FfmpegCamera(String uri, FfmpegOptions options, PicturesWanted wanted, Clock clock) throws IOException {
        this.wanted = wanted;
        this.clock = clock;
        limits = new FrameLimits(Integer.MAX_VALUE, options.maxPixels(), FrameLimits.DEFAULTS.maxScans());
        sampling = Sampling.ofRate(wanted.framesPerSecond());
        video = new OpenVideo(uri, options);
        decoder = new CameraDecoder(video);
        live = video.container().isLive();
        timed = video.container().hasTimes();
        AVCodecDescriptor codec = avcodec.avcodec_descriptor_get(video.codecId());
        wholePictures = live && codec != null && (codec.props() & avcodec.AV_CODEC_PROP_INTRA_ONLY) != 0;
        if (wanted.framesPerSecond() > 0 && wanted.framesPerSecond() <= FEW * video.frameRate()) {
            decoder.leaveOutUnneeded();
        }
    }

    @Override
    public boolean isLive() {
        return live;
    }

    @Override
    public long leftOut() {
        return leftOut;
    }

    @Override
    public void cancel() {
        video.cancel();
    }

    @Override
    public Optional<CameraPicture> next() throws IOException {
        video.waits();
        while (true) {
            if (decoder.receive()) {
                Optional<CameraPicture> decoded = decoded();
                if (decoded.isPresent()) {
                    return decoded;
                }
                video.waits();
            } else if (decoder.isDrained()) {
                return Optional.empty();
            } else if (decoder.read()) {
                Optional<CameraPicture> passed = arrived();
                if (passed.isPresent()) {
                    return passed;
                }
            }
        }
    }

    /** Looks at a packet: it is the picture that is wanted, or goes to the decoder, or is left out. */
    private Optional<CameraPicture> arrived() throws IOException {
        long told = video.micros(decoder.packet().pts());
        if (live) {
            arrived(told);
        }
        if (!wholePictures) {
            decoder.decode();
            return Optional.empty();
        }
        if (isCut()) {
            return Optional.empty();
        }
        long at = at(told);
        if (isLeftOut(at)) {
            video.waits();
            return Optional.empty();
        }
        Optional<CameraPicture> passed = passed(at);
        if (passed.isPresent()) {
            lastTaken = at;
            return passed;
        }
        decoder.decode();
        if (!decoder.receive()) {
            return Optional.empty();
        }
        int before = halvings;
        CameraPicture shown = shown(at);
        halve(new FrameSize(shown.sourceWidth(), shown.sourceHeight()));
        if (halvings < before) { // the source has become smaller: its picture has less than is wanted
            decoder.decode();
            return decoder.receive() ? Optional.of(shown(at)) : Optional.empty();
        }
        return Optional.of(shown);
    }

    private void arrived(long told) {
        if (!timed || told == avutil.AV_NOPTS_VALUE) {
            return;
        }
        long now = nowMicros();
        times.arrived(told, now);
        BytePointer side = avcodec.av_packet_get_side_data(decoder.packet(), avcodec.AV_PKT_DATA_PRFT, null);
        if (side != null && !side.isNull()) {
            times.told(told, new AVProducerReferenceTime(side).wallclock(), now);
        }
    }

    private long at(long told) {
        if (!live) {
            return recorded.at(told, video.usualMicros());
        }
        return timed && told != avutil.AV_NOPTS_VALUE ? times.at(told) : times.atArrival(nowMicros());
    }

    /** Whether a JPEG has no end, of a camera whose JPEGs have one: FFmpeg would paint what is missing gray. */
    private boolean isCut() {
        if (video.codecId() != avcodec.AV_CODEC_ID_MJPEG) {
            return false;
        }
        int size = decoder.packet().size();
        byte[] tail = new byte[Math.min(size, TAIL_BYTES)];
        decoder.packet().data().position(size - tail.length).get(tail);
        boolean ends = FrameDecoder.endsWithMarker(tail);
        markers |= ends;
        return markers && !ends;
    }

    private boolean isLeftOut(long at) {
        boolean out = sampling.leavesOut(at, lastTaken);
        leftOut += out ? 1 : 0;
        return out;
    }

    private Optional<CameraPicture> passed(long at) {
        boolean jpeg = wanted.jpegAsItIs() && video.isUpright() && video.codecId() == avcodec.AV_CODEC_ID_MJPEG;
        if (!jpeg) {
            return Optional.empty();
        }
        byte[] bytes = new byte[decoder.packet().size()];
        decoder.packet().data().get(bytes);
        return FrameDecoder.sizeOfJpeg(bytes, limits)
                .filter(wanted::fits)
                .map(size -> new CameraPicture(
                        at, size.width(), size.height(), size.width(), size.height(), FrameEncoding.JPEG, bytes));
    }

    /** A frame of the decoder; none when it is left out. */
    private Optional<CameraPicture> decoded() throws IOException {
        long at = at(video.micros(decoder.frame().best_effort_timestamp()));
        if (isLeftOut(at)) {
            avutil.av_frame_unref(decoder.frame());
            return Optional.empty();
        }
        return Optional.of(shown(at));
    }

    private CameraPicture shown(long at) throws IOException {
        AVFrame frame = decoder.frame();
        FrameSize source = new FrameSize(frame.width() << halvings, frame.height() << halvings);
        Picture picture = video.shown(frame, wanted.sizeOf(video.square(frame)));
        lastTaken = at;
        return new CameraPicture(
                at,
                source.width(),
                source.height(),
                picture.width(),
                picture.height(),
                FrameEncoding.RGB24,
                picture.rgb());
    }

    /** Has the decoder give pictures from now on that are as small as they may be, where it can. */
    private void halve(FrameSize source) throws IOException {
        int most = wanted.shortSide() > 0 ? video.mostHalvings() : 0;
        int wantedHalvings = 0;
        while (wantedHalvings < most && source.shorterSide() >> wantedHalvings + 1 >= wanted.shortSide()) {
            wantedHalvings++;
        }
        if (wantedHalvings != halvings) {
            halvings = wantedHalvings;
            decoder.open(halvings);
        }
    }

    private long nowMicros() {
        return ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant());
    }

    @Override
    public void close() {
        decoder.close();
    }
}
