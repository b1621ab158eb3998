package io.nolook.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class HeldTokensTest {
    private static final int ESCAPES = 0b110;

    @Test
    void everyBlockHoldsItsNewestCode() {
        HeldTokens held = HeldTokens.NONE.after(new int[] {1, 2, 4, 6}, ESCAPES);
        assertThat(held.tokens()).as("nothing is known yet of the last").containsExactly(1, 2, 4, 6);
        held = held.after(new int[] {6, 7, 3, 0}, ESCAPES).after(new int[] {7, 5, 6, 6}, ESCAPES);
        assertThat(held.tokens()).containsExactly(1, 5, 3, 0);
    }

    @Test
    void nothingIsHeldWithoutEscapesNorAcrossSizes() {
        assertThat(HeldTokens.NONE.after(new int[] {7}, 0)).isEqualTo(HeldTokens.NONE);
        HeldTokens small = HeldTokens.NONE.after(new int[] {1}, ESCAPES);
        assertThat(small.after(new int[] {6, 2}, ESCAPES).tokens()).containsExactly(6, 2);
    }

    @Test
    void isImmutable() {
        int[] tokens = {1, 2};
        HeldTokens held = HeldTokens.NONE.after(tokens, ESCAPES);
        tokens[0] = 3;
        held.tokens()[1] = 3;
        assertThat(held.tokens()).containsExactly(1, 2);
    }

    @Test
    void comesBackFromBytes() throws IOException {
        HeldTokens held = HeldTokens.NONE.after(new int[] {1 << 29, 2}, ESCAPES);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        held.write(new DataOutputStream(bytes));
        assertThat(read(bytes.toByteArray()))
                .isEqualTo(held)
                .hasSameHashCodeAs(held)
                .isNotEqualTo(HeldTokens.NONE);
        assertThat(read(new byte[4])).isEqualTo(HeldTokens.NONE);
        assertThatThrownBy(() -> read(ByteBuffer.allocate(8).putInt(3).array())).isInstanceOf(EOFException.class);
        assertThatThrownBy(() -> read(new byte[] {-1, 0, 0, 0})).hasMessageContaining("held tokens, expected 0 to");
    }

    private static HeldTokens read(byte[] bytes) throws IOException {
        return HeldTokens.read(new DataInputStream(new ByteArrayInputStream(bytes)));
    }
}
