package io.nolook.tool.chaos;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A server nobody reaches: the firewall drops every packet to and from its port on loopback.
 *
 * <p>Connections stay open on both ends, as they do when a cable is pulled. Takes Linux, root and {@code iptables}.
 */
final class NetworkCut {

    private NetworkCut() {}

    /** Whether this process may tell the firewall. */
    static boolean isPossible() throws InterruptedException {
        return firewall("-C", "INPUT", List.of("-p", "tcp")) != Outcome.IMPOSSIBLE;
    }

    /** Drops packets of a port of loopback for some time. */
    static void during(int port, long millis) throws IOException, InterruptedException {
        List<String> requests = List.of("-i", "lo", "-p", "tcp", "--dport", Integer.toString(port), "-j", "DROP");
        List<String> answers = List.of("-i", "lo", "-p", "tcp", "--sport", Integer.toString(port), "-j", "DROP");
        try {
            if (firewall("-I", "INPUT", requests) != Outcome.DONE || firewall("-I", "INPUT", answers) != Outcome.DONE) {
                throw new IOException(
                        "found that iptables refuses a rule for port " + port + ", expected root's rights");
            }
            TimeUnit.MILLISECONDS.sleep(millis);
        } finally {
            firewall("-D", "INPUT", requests);
            firewall("-D", "INPUT", answers);
        }
    }

    private enum Outcome {
        DONE,
        NO_SUCH_RULE,
        IMPOSSIBLE
    }

    private static Outcome firewall(String action, String chain, List<String> rule) throws InterruptedException {
        List<String> command = new ArrayList<>(List.of("iptables", "-w", action, chain));
        command.addAll(rule);
        try {
            int status = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
            return switch (status) {
                case 0 -> Outcome.DONE;
                case 1 -> Outcome.NO_SUCH_RULE;
                default -> Outcome.IMPOSSIBLE;
            };
        } catch (IOException e) {
            return Outcome.IMPOSSIBLE; // no iptables here
        }
    }
}
