package io.nolook.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The examples are the paper's and the contract's, as literals. */
class SignCodeTest {

    @Test
    void firstChannelIsTheLeastSignificantBit() {
        assertThat(SignCode.index(1, -1, -1)).isEqualTo(1);
        assertThat(SignCode.index(-1, -1, 1)).isEqualTo(4);
    }

    @Test
    void lastOfEighteenChannelsAloneIs131072() {
        float[] z = new float[18];
        Arrays.fill(z, -1);
        z[17] = 1;

        assertThat(SignCode.index(z)).isEqualTo(131_072);
    }

    @Test
    void onlyTheSignCounts() {
        assertThat(SignCode.index(-1.4f, 8.7f, -4.2f)).isEqualTo(2);
        assertThat(SignCode.index(Float.MIN_VALUE, Float.POSITIVE_INFINITY)).isEqualTo(3);
    }

    @Test
    void zeroAndNoNumberCountAsNegative() {
        assertThat(SignCode.index(0f, -0f, Float.NaN, Float.NEGATIVE_INFINITY)).isZero();
    }

    @Test
    void eightCornersInOrder() {
        List<String> corners = new ArrayList<>();
        for (int index = 0; index < 8; index++) {
            StringBuilder corner = new StringBuilder();
            for (int sign : SignCode.signs(index, 3)) {
                corner.append(sign > 0 ? '+' : '-');
            }
            corners.add(corner.toString());
        }
        assertThat(corners).containsExactly("---", "+--", "-+-", "++-", "--+", "+-+", "-++", "+++");
    }

    @Test
    void refusesMoreBitsThanAnIntHoldsAndNone() {
        assertThatThrownBy(() -> SignCode.index(new float[31]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("found 31 bits a token, expected 1 to 30");
        assertThatThrownBy(SignCode::index).hasMessage("found 0 bits a token, expected 1 to 30");
        assertThatThrownBy(() -> SignCode.signs(0, -1)).hasMessage("found -1 bits a token, expected 1 to 30");
    }

    @Test
    void refusesIndicesOutOfRange() {
        assertThatThrownBy(() -> SignCode.signs(8, 3))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("found token 8, expected 0 to 7");
        assertThatThrownBy(() -> SignCode.signs(-1, 18)).hasMessage("found token -1, expected 0 to 262143");
    }
}
