package io.nolook.page;

import io.javalin.config.RoutesConfig;

/** A part of the page: adds what it answers, all of it below {@code /api/}. */
public interface PageRoutes {

    /** Called once, before the server starts; {@link PageAccess} lets nobody in whom it does not know. */
    void add(RoutesConfig routes);
}
