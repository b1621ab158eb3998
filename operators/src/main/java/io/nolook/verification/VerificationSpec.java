package io.nolook.verification;

import io.nolook.window.WindowSpec;
import java.util.Set;

/**
 * What the job was told, as far as its decisions rest on it.
 *
 * @param window how frames become chunks; {@code epochResetAfterMillis} is not used: the record says when it happened
 * @param idleTtlMillis silence after which a camera's state may be gone
 * @param allowances what is excused
 */
public record VerificationSpec(WindowSpec window, long idleTtlMillis, Set<Allowance> allowances) {

    boolean allow(Allowance allowance) {
        return allowances.contains(allowance);
    }
}
