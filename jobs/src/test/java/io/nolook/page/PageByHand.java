package io.nolook.page;

import io.nolook.kafka.KafkaOptions;
import io.nolook.kafka.KafkaSettings;
import io.nolook.local.EmbeddedBroker;
import io.nolook.option.PageOptions;
import io.nolook.schema.ActionState;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.flink.configuration.Configuration;

/** The page on looped cameras, to look at: {@code PageByHand CAMERAS PORT SECONDS}. */
public final class PageByHand {

    private PageByHand() {}

    public static void main(String[] arguments) throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(Map.of())) {
            Configuration options = new Configuration();
            options.set(KafkaOptions.BOOTSTRAP_SERVERS, broker.bootstrapServers());
            options.set(KafkaOptions.TOPIC_REPLICATION, 1);
            options.set(PageOptions.LISTEN, "127.0.0.1:" + arguments[1]);
            options.set(PageOptions.KEYFRAMES, true);
            KafkaSettings kafka = new KafkaSettings(options);
            try (LoopedCameras cameras = new LoopedCameras(kafka, 2);
                    PageServer page = PageServer.start(PageSettings.of(options), kafka, camera -> {})) {
                int many = Integer.parseInt(arguments[0]);
                for (int i = 1; i <= many; i++) {
                    cameras.add((i % 3 == 0 ? "yard-" : "gate-") + i, i % 3 == 0 ? "yard" : "");
                }
                cameras.add("<img src=x onerror=\"window.hacked=1\">/..%2f?#", "<b>group</b>");
                System.out.println(page.address());
                CountDownLatch never = new CountDownLatch(1);
                never.await(8, TimeUnit.SECONDS);
                cameras.stop("gate-2");
                long now = System.currentTimeMillis();
                cameras.action("gate-1", "brush_hair", ActionState.BEGUN, now - 2000, now);
                cameras.action("gate-4", "wave", ActionState.BEGUN, now - 4000, now);
                cameras.action("gate-4", "wave", ActionState.ENDED, now - 4000, now);
                cameras.deadLetter(
                        "gate-1", "PICTURE_TRUNCATED", "found 7 bytes, expected a whole JPEG; send it whole");
                cameras.tell("gate-4", "poor", "72 % of the expected frames in the last ten minutes");
                never.await(Long.parseLong(arguments[2]), TimeUnit.SECONDS);
            }
        }
    }
}
