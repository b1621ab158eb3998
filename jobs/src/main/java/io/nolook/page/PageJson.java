package io.nolook.page;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.javalin.http.Context;
import java.util.Map;

/** Answers in JSON: records as they are, nulls left out. */
public final class PageJson {
    static final String TYPE = "application/json; charset=utf-8";

    private static final ObjectMapper JSON = JsonMapper.builder()
            .defaultPropertyInclusion(JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, null))
            .build();

    private PageJson() {}

    /** As text. */
    public static String text(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Answers with it. */
    public static void answer(Context context, Object value) {
        context.contentType(TYPE);
        context.result(text(value));
    }

    /** Answers that something failed. */
    public static void fail(Context context, int status, String reason) {
        context.status(status);
        answer(context, Map.of("error", reason));
    }
}
