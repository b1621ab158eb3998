package io.nolook.notify;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Set;

/** Posts notices to an address; one thread. */
final class Webhook {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Set<Integer> TRY_AGAIN = Set.of(408, 425, 429);

    private final NotifySettings settings;
    private final HttpClient client;

    /** What came of one try. */
    enum Outcome {
        /** It was taken. */
        TOLD,
        /** It was not, and will not be: another try would be answered the same. */
        REFUSED,
        /** It was not taken now. */
        AGAIN
    }

    /**
     * @param outcome of it
     * @param reason for people; empty when it was taken
     */
    record Answer(Outcome outcome, String reason) {}

    Webhook(NotifySettings settings) {
        this.settings = settings;
        client = HttpClient.newBuilder()
                .connectTimeout(settings.timeout())
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
    }

    /** Tries once. */
    Answer post(Notice notice) throws InterruptedException {
        try {
            HttpRequest.Builder request = HttpRequest.newBuilder(settings.webhook())
                    .timeout(settings.timeout())
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(notice)));
            settings.token().ifPresent(token -> request.header("Authorization", "Bearer " + token));
            int status = client.send(request.build(), HttpResponse.BodyHandlers.discarding())
                    .statusCode();
            if (status / 100 == 2) {
                return new Answer(Outcome.TOLD, "");
            }
            boolean again = status / 100 == 5 || TRY_AGAIN.contains(status);
            return new Answer(again ? Outcome.AGAIN : Outcome.REFUSED, "found status " + status + ", expected 2xx");
        } catch (JsonProcessingException e) {
            return new Answer(Outcome.REFUSED, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            return new Answer(Outcome.AGAIN, e.getClass().getSimpleName() + ": " + e.getMessage());
        }
    }
}
