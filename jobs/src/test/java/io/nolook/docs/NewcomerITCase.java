package io.nolook.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.nolook.camera.RtspServer;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The front page's way from a live camera to arrays in Python, its commands as they stand there, on the jar as built. */
class NewcomerITCase {
    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void theFrontPageLeadsFromACameraToPython() throws Exception {
        assumeTrue(
                RtspServer.isHere(),
                "found no GStreamer RTSP server for Python (gir1.2-gst-rtsp-server-1.0): not tested");
        Process newcomer = new ProcessBuilder("deploy/build/newcomer.sh", "--here")
                .directory(Page.HOME.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(newcomer.getInputStream().readAllBytes());
        assertThat(newcomer.waitFor()).as(said).isZero();
        assertThat(said).contains("from a camera to Python in ");
    }
}
