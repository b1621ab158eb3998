package io.nolook.flink.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nolook.model.Activations;
import io.nolook.model.StepPlace;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class CarriedActivationsTest {
    private static final RememberingModel MODEL = new RememberingModel("carried", 4, 1, "carry");
    private static final StepPlace READY = new StepPlace(2, 1, 7);
    /** Bytes of version 1: they stay readable for ever. */
    private static final byte[] VERSION_1 =
            HexFormat.of().parseHex("01" + "0000000000000002" + "0000000000000001" + "00000007" + "090a0b0c0d0e");

    @Test
    void bytesOfEachVersionAreRead() {
        Activations read = CarriedActivations.decode(VERSION_1, READY, CarriedActivationsTest::fresh)
                .orElseThrow();

        assertThat(read.tensor(0)).containsExactly(9, 10, 11, 12, 13, 14);
        assertThat(CarriedActivations.encode(READY, read)).isEqualTo(VERSION_1);
    }

    @Test
    void thoseOfAnotherStepOrModelAreNone() {
        assertThat(CarriedActivations.decode(VERSION_1, new StepPlace(2, 1, 8), CarriedActivationsTest::fresh))
                .isEmpty();
        RememberingModel larger = new RememberingModel("carried", 4, 2, "carry");
        assertThat(CarriedActivations.decode(
                        VERSION_1, READY, () -> Activations.zeros(larger.spec(), RememberingModel.SIZE)))
                .isEmpty();
    }

    @Test
    void aNewerVersionIsRefused() {
        byte[] newer = VERSION_1.clone();
        newer[0] = 2;
        assertThatThrownBy(() -> CarriedActivations.decode(newer, READY, CarriedActivationsTest::fresh))
                .hasMessageContaining("found activations of version 2, expected 1");
    }

    private static Activations fresh() {
        return Activations.zeros(MODEL.spec(), RememberingModel.SIZE);
    }
}
