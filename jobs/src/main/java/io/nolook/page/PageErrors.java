package io.nolook.page;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import java.io.UnsupportedEncodingException;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.UnsupportedCharsetException;
import java.util.Map;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers in JSON what no part of the page answers: what there is not, is asked wrongly, or failed.
 *
 * <p>Javalin asks for what reached it; of requests that are no HTTP the server itself asks. Any thread.
 */
final class PageErrors extends ErrorHandler {
    private static final Logger LOG = LoggerFactory.getLogger(PageErrors.class);
    private static final String METHODS = "availableMethods";

    static void add(RoutesConfig routes) {
        routes.exception(Queries.BadQueryException.class, (e, context) -> PageJson.fail(context, 400, e.getMessage()));
        routes.exception(HttpResponseException.class, (e, context) -> {
            if (e.getDetails().containsKey(METHODS)) {
                context.header("Allow", e.getDetails().get(METHODS));
            }
            PageJson.fail(context, e.getStatus(), reason(e, context));
        });
        routes.exception(IllegalCharsetNameException.class, (e, context) -> charset(context));
        routes.exception(UnsupportedCharsetException.class, (e, context) -> charset(context));
        routes.exception(UnsupportedEncodingException.class, (e, context) -> charset(context));
        routes.exception(Exception.class, (e, context) -> {
            LOG.error("{} {} failed", context.method(), context.path(), e);
            PageJson.fail(context, 500, "found a mistake of the page's own, expected none: its log says which");
        });
    }

    /** As Javalin reads queries and forms by what a request says of its body. */
    private static void charset(Context context) {
        PageJson.fail(context, 415, "found a charset that nobody knows, expected utf-8");
    }

    private static String reason(HttpResponseException e, Context context) {
        return switch (e.getStatus()) {
            case 404 -> "found no such address, expected one that the page's guide lists";
            case 405 ->
                "found " + context.method() + ", expected " + e.getDetails().getOrDefault(METHODS, "GET");
            case 413 -> "found a body of more than " + PageServer.REQUEST_BYTES + " bytes, expected fewer";
            default -> otherwise(e.getStatus());
        };
    }

    private static String otherwise(int status) {
        return "found a request that is answered with " + status + " (" + HttpStatus.getMessage(status)
                + "), expected one as HTTP wants it";
    }

    @Override
    protected void generateResponse(
            Request request, Response response, int code, String message, Throwable cause, Callback callback) {
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, PageJson.TYPE);
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        Content.Sink.write(response, true, PageJson.text(Map.of("error", otherwise(code))), callback);
    }
}
