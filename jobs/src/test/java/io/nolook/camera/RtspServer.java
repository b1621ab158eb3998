package io.nolook.camera;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;

/** A live RTSP camera in a process of its own, from GStreamer's server: 160 x 128, 10 frames/s. */
public final class RtspServer implements AutoCloseable {
    private static final String SCRIPT =
            Path.of("src/test/resources/rtsp/server.py").toString();
    private static final String CHECK =
            "import gi; gi.require_version('GstRtspServer', '1.0'); from gi.repository import GstRtspServer";

    private Process process;
    private String port = "0";

    /** Whether this machine has GStreamer's server. */
    public static boolean isHere() throws InterruptedException {
        try {
            return new ProcessBuilder("/usr/bin/python3", "-c", CHECK)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }

    /** Starts it, on the port that it had before; returns when it listens. */
    public void start() throws IOException {
        process = new ProcessBuilder("/usr/bin/python3", SCRIPT, port)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        port = process.inputReader().readLine();
        assertThat(port).as("the server's port").matches("\\d+");
    }

    public String address() {
        return "rtsp://127.0.0.1:" + port + "/camera";
    }

    /** SIGKILL: nobody is told. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() {
        if (process != null) {
            process.destroyForcibly();
        }
    }
}
