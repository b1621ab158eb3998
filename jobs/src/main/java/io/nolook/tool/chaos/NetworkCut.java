package io.nolook.tool.chaos;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A server nobody reaches: the firewall drops every packet to and from its ports on loopback.
 *
 * <p>Connections stay open on both ends, as they do when a cable is pulled. Takes Linux, root and {@code iptables}.
 */
final class NetworkCut {

    private NetworkCut() {}

    /** Whether this process may tell the firewall. */
    static boolean isPossible() throws InterruptedException {
        return firewall("-C", "INPUT", List.of("-p", "tcp")) != Outcome.IMPOSSIBLE;
    }

    /** Drops packets of ports of loopback for some time. */
    static void during(List<Integer> ports, long millis) throws IOException, InterruptedException {
        try {
            for (int port : ports) {
                if (firewall("-I", "INPUT", rule("--dport", port)) != Outcome.DONE
                        || firewall("-I", "INPUT", rule("--sport", port)) != Outcome.DONE) {
                    throw new IOException(
                            "found that iptables refuses a rule for port " + port + ", expected root's rights");
                }
            }
            TimeUnit.MILLISECONDS.sleep(millis);
        } finally {
            for (int port : ports) {
                firewall("-D", "INPUT", rule("--dport", port));
                firewall("-D", "INPUT", rule("--sport", port));
            }
        }
    }

    private static List<String> rule(String end, int port) {
        return List.of("-i", "lo", "-p", "tcp", end, Integer.toString(port), "-j", "DROP");
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
