package io.nolook.page;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Cookie;
import io.javalin.http.HandlerType;
import io.javalin.http.HttpStatus;
import io.javalin.http.SameSite;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Lets in who may look, and says to browsers what the page may do.
 *
 * <pre>
 *   asked by another name of this machine (page on it alone) --> 403
 *   asked by another web site ---------------------------------> 403
 *   /login, /static/, and /healthz before all of this ---------> anybody
 *   neither token nor proxy -----------------------------------> anybody of this machine
 *   token as Bearer or good cookie, or named by the proxy -----> in
 *   else: the page itself to /login (or 401), /api/ -----------> 401
 * </pre>
 */
final class PageAccess {
    private static final String COOKIE = "nolook";
    private static final String HEALTH = "/healthz";
    private static final String BEARER = "Bearer ";
    private static final Pattern FORM = Pattern.compile(
            "application/x-www-form-urlencoded(\\s*;\\s*charset=\"?utf-8\"?)?", Pattern.CASE_INSENSITIVE);
    private static final Set<String> OWN_NAMES = Set.of("localhost", "127.0.0.1", "[::1]");
    /** Everything is of this server; pictures are also made of bytes that scripts fetched. */
    private static final String POLICY = "default-src 'self'; img-src 'self' blob:; object-src 'none'; base-uri 'none';"
            + " form-action 'self'; frame-ancestors 'none'";

    private final PageSettings settings;
    private final Optional<Sessions> sessions;
    private final Clock clock = Clock.systemUTC();

    PageAccess(PageSettings settings) {
        this.settings = settings;
        sessions = settings.token().map(Sessions::new);
    }

    void add(RoutesConfig routes) {
        routes.before(this::check);
        routes.post("/login", this::login);
    }

    private void check(Context context) {
        headers(context);
        if (context.path().equals(HEALTH)) { // of health checks, which name no host
            return;
        }
        if (settings.isOnThisMachineAlone() && !isOwnName(context.header("Host"))) {
            refuse(
                    context,
                    403,
                    "found a name of this page that is none of its own, expected localhost or one of" + " page.hosts");
        } else if (isOfAnotherSite(context)) {
            refuse(context, 403, "found a request of another web site, expected one of this page");
        } else if (!isOpen(context.path()) && !isLetIn(context)) {
            if (context.path().equals("/") && sessions.isPresent()) {
                welcome(context);
            } else {
                refuse(
                        context,
                        401,
                        "found no token that is right, expected it as Authorization: Bearer, or a cookie of"
                                + " /login");
            }
        }
    }

    private static void headers(Context context) {
        context.header("Content-Security-Policy", POLICY);
        context.header("X-Content-Type-Options", "nosniff");
        context.header("X-Frame-Options", "DENY");
        context.header("Referrer-Policy", "same-origin"); // with none, forms would be of no origin
        context.header("Cross-Origin-Resource-Policy", "same-origin");
        context.header("Cross-Origin-Opener-Policy", "same-origin");
        context.header("Cache-Control", "no-store");
    }

    private static void refuse(Context context, int status, String reason) {
        PageJson.fail(context, status, reason);
        context.skipRemainingHandlers();
    }

    /** A link with the token is exchanged for a cookie, so that it leaves the address; others get the form. */
    private void welcome(Context context) {
        String said = context.queryParam("token");
        if (said != null && sessions.orElseThrow().isToken(said)) {
            giveCookie(context);
            StaticFiles.answer(context, "let-in.html"); // a redirect would still be of the site that had the link
        } else if (said != null) {
            refuse(context, 401, "found a token that is wrong, expected page.token");
            return;
        } else {
            context.redirect("/login");
        }
        context.skipRemainingHandlers();
    }

    private void login(Context context) {
        String type = String.valueOf(context.contentType());
        if (!FORM.matcher(type).matches()) { // of others Javalin would read parts or charsets that may not be there
            PageJson.fail(context, 415, "found another Content-Type, expected application/x-www-form-urlencoded");
            return;
        }
        String said = context.formParam("token");
        if (sessions.isPresent() && said != null && sessions.get().isToken(said)) {
            giveCookie(context);
            context.redirect("/", HttpStatus.SEE_OTHER);
        } else {
            context.status(401);
            StaticFiles.answer(context, "login-wrong.html");
        }
    }

    private void giveCookie(Context context) {
        Cookie cookie =
                new Cookie(COOKIE, sessions.orElseThrow().cookie(clock.instant().getEpochSecond()));
        cookie.setPath("/");
        cookie.setHttpOnly(true);
        cookie.setSecure(settings.tls().isPresent());
        cookie.setSameSite(SameSite.STRICT);
        cookie.setMaxAge((int) Sessions.LIFETIME.toSeconds());
        context.cookie(cookie);
    }

    private boolean isOwnName(@Nullable String host) {
        String name = host == null ? "" : host.toLowerCase(Locale.ROOT).replaceFirst(":\\d+$", "");
        return OWN_NAMES.contains(name) || settings.hosts().contains(name);
    }

    /** By what browsers say of themselves; what is no browser says nothing. */
    private static boolean isOfAnotherSite(Context context) {
        String site = context.header("Sec-Fetch-Site");
        boolean visit = "navigate".equals(context.header("Sec-Fetch-Mode")) && context.method() == HandlerType.GET;
        boolean foreign = site != null && !site.equals("same-origin") && !site.equals("none") && !visit;
        String origin = context.header("Origin");
        String host = String.valueOf(context.header("Host"));
        return foreign
                || origin != null && !origin.replaceFirst("^https?://", "").equals(host);
    }

    private static boolean isOpen(String path) {
        return path.equals("/login") || path.startsWith("/static/");
    }

    private boolean isLetIn(Context context) {
        if (sessions.isEmpty() && settings.proxy().isEmpty()) {
            return true;
        }
        return sessions.map(known -> knows(known, context)).orElse(false)
                || settings.proxy().map(proxy -> names(proxy, context)).orElse(false);
    }

    private boolean knows(Sessions known, Context context) {
        String authorization = context.header("Authorization");
        if (authorization != null && authorization.startsWith(BEARER)) {
            return known.isToken(authorization.substring(BEARER.length()));
        }
        String cookie = context.cookie(COOKIE);
        return cookie != null && known.isCookie(cookie, clock.instant().getEpochSecond());
    }

    private static boolean names(PageSettings.Proxy proxy, Context context) {
        String user = context.header(proxy.header());
        if (user == null || user.isBlank()) {
            return false;
        }
        try {
            return proxy.addresses().contains(InetAddress.getByName(context.ip()));
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
