package io.nolook.frame.ffmpeg;

import io.nolook.frame.Orientation;
import org.bytedeco.ffmpeg.avcodec.AVPacketSideData;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.javacpp.IntPointer;

/**
 * How a container says that its pictures are to be turned and mirrored.
 *
 * <p>A matrix {a b u; c d v; x y w} moves (p, q) to (a p + c q, b p + d q); source: ISO 14496-12, 8.2.2. What is no multiple
 * of a quarter turn is taken for the nearest one.
 */
final class DisplayMatrix {
    private static final int NUMBERS = 9;

    private DisplayMatrix() {}

    /** As of EXIF, 1 to 8. */
    static int orientation(AVStream stream) {
        AVPacketSideData matrix = avcodec.av_packet_side_data_get(
                stream.codecpar().coded_side_data(),
                stream.codecpar().nb_coded_side_data(),
                avcodec.AV_PKT_DATA_DISPLAYMATRIX);
        if (matrix == null || matrix.isNull() || matrix.size() < NUMBERS * Integer.BYTES) {
            return Orientation.UPRIGHT;
        }
        int[] numbers = new int[NUMBERS];
        new IntPointer(matrix.data()).get(numbers);
        return orientation(numbers[0], numbers[1], numbers[3], numbers[4]);
    }

    /** As of EXIF, of the four numbers that turn. */
    static int orientation(int a, int b, int c, int d) {
        boolean straight = Math.abs((long) a) + Math.abs((long) d) >= Math.abs((long) b) + Math.abs((long) c);
        if (straight) {
            return a >= 0 ? d >= 0 ? Orientation.UPRIGHT : 4 : d >= 0 ? 2 : 3;
        }
        return b >= 0 ? c >= 0 ? 5 : 6 : c >= 0 ? 8 : 7;
    }
}
