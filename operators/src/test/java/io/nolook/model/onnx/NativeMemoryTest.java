package io.nolook.model.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import io.nolook.frame.FrameSize;
import io.nolook.model.Activations;
import io.nolook.model.ModelRefusedException;
import io.nolook.model.ModelUnavailableException;
import io.nolook.model.VideoDetokenizer;
import io.nolook.model.VideoTokenizer;
import io.nolook.recognition.Recognizer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whatever fails, nothing stays open; and a model holds one set of buffers. */
class NativeMemoryTest {
    private static final FrameSize SIZE = new FrameSize(16, 16);
    private static final SessionSettings CPU = SessionSettings.cpu(1);

    private final Failing memory = new Failing();

    /** Gives out so much, then no more. */
    private static final class Failing extends NativeMemory {
        int left = Integer.MAX_VALUE;
        final List<Integer> buffers = new ArrayList<>();

        private void take() {
            if (left-- <= 0) {
                throw new OutOfMemoryError("Cannot reserve direct buffer memory");
            }
        }

        @Override
        ByteBuffer allocate(int bytes) {
            take();
            buffers.add(bytes);
            return super.allocate(bytes);
        }

        @Override
        OnnxTensor tensor(ByteBuffer buffer, long[] shape, OnnxJavaType type) throws OrtException {
            take();
            return super.tensor(buffer, shape, type);
        }
    }

    @AfterEach
    void nothingIsOpen() {
        assertThat(memory.openTensors()).as("open tensors").isZero();
        assertThat(memory.openSessions()).as("open sessions").isZero();
    }

    /** Of every buffer and tensor that admission asks for, one after another, until there is enough. */
    @Test
    void everyFailedAllocationClosesTheModel() {
        int failures = 0;
        boolean admitted = false;
        for (int given = 0; !admitted; given++) {
            memory.left = given;
            try (VideoTokenizer tokenizer = VideoTokenizer.admit(encoder(), SIZE, 4)) {
                assertThat(memory.openTensors()).isPositive();
                assertThat(tokenizer.nativeBytes()).isPositive();
                admitted = true;
            } catch (OutOfMemoryError | ModelUnavailableException e) {
                failures++;
            }
            nothingIsOpen();
        }
        assertThat(failures).isGreaterThan(10);
    }

    @Test
    void decodersAndRecognizersAreClosedTheSameWay() {
        for (int given = 0; given < 12; given++) {
            memory.left = given;
            assertThat(catchThrowable(() -> VideoDetokenizer.admit(
                            OnnxVideoDetokenizer.open(ModelFixtures.bytes("tiny-decoder"), CPU, memory), SIZE)))
                    .isNotNull();
            nothingIsOpen();
            memory.left = given;
            assertThat(catchThrowable(() -> Recognizer.admit(
                            OnnxRecognizer.open(ModelFixtures.bytes("tiny-recognizer"), CPU, memory), 4)))
                    .isNotNull();
            nothingIsOpen();
        }
    }

    @Test
    void buffersThatCannotBeHadNameTheirSizeAndTheKeys() {
        memory.left = 2;
        assertThatThrownBy(() -> VideoTokenizer.admit(encoder(), SIZE, 4))
                .isInstanceOf(ModelUnavailableException.class)
                .hasMessageContaining("bytes of cache.")
                .hasMessageContaining(
                        "lower batch.size or frame.size, or raise" + " taskmanager.memory.task.off-heap.size");
    }

    /** Its labels are read when the session is open already. */
    @Test
    void aRecognizerWithoutLabelsIsClosed() {
        String text = new String(ModelFixtures.bytes("tiny-recognizer"), StandardCharsets.ISO_8859_1);
        byte[] file = text.replace("labels", "lables").getBytes(StandardCharsets.ISO_8859_1);
        assertThatThrownBy(() -> OnnxRecognizer.open(file, CPU, memory))
                .isInstanceOf(ModelRefusedException.class)
                .hasMessageContaining("labels");
    }

    @Test
    void aFileThatIsRefusedIsClosed() {
        assertThatThrownBy(() -> OnnxVideoTokenizer.open(ModelFixtures.bytes("tiny-decoder"), CPU, memory))
                .isInstanceOf(ModelRefusedException.class);
        assertThatThrownBy(() -> OnnxSession.open(new byte[] {1, 2, 3}, CPU, memory))
                .isInstanceOf(ModelRefusedException.class);
    }

    /** Batches of all sizes on the buffers of the largest; another frame size takes their place. */
    @Test
    void aModelHoldsTheBuffersOfItsLargestBatchAndOneFrameSize() {
        try (OnnxVideoTokenizer encoder = encoder()) {
            long weights = encoder.nativeBytes();
            long activations = encoder.spec().activationBytes(SIZE);
            long row = 2 * activations
                    + encoder.spec().chunkFrames() * 3L * 256
                    + 4L * encoder.spec().tokens(SIZE);
            for (int rows : new int[] {5, 1, 2, 3, 4, 5}) {
                step(encoder, SIZE, rows);
                assertThat(encoder.nativeBytes() - weights).isEqualTo(5 * row);
            }
            assertThat(memory.buffers.stream().mapToLong(bytes -> bytes).sum()).isEqualTo(5 * row);

            long tensorsOfOneBatch = memory.openTensors() / 5;
            step(encoder, new FrameSize(32, 16), 2);
            assertThat(memory.openTensors()).isEqualTo(tensorsOfOneBatch);
            assertThat(encoder.nativeBytes() - weights).isEqualTo(2 * 2 * row);
        }
    }

    private OnnxVideoTokenizer encoder() {
        return OnnxVideoTokenizer.open(ModelFixtures.bytes("tiny-encoder"), CPU, memory);
    }

    private static void step(OnnxVideoTokenizer encoder, FrameSize size, int rows) {
        List<byte[]> chunks = new ArrayList<>();
        List<Activations> activations = new ArrayList<>();
        for (int row = 0; row < rows; row++) {
            chunks.add(new byte[encoder.spec().chunkFrames() * size.rgbBytes()]);
            activations.add(Activations.zeros(encoder.spec(), size));
        }
        assertThat(encoder.step(size, chunks, activations)).hasSize(rows);
    }
}
