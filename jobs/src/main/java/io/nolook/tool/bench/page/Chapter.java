package io.nolook.tool.bench.page;

import java.util.List;

/**
 * What one suite found.
 *
 * @param name as it is asked for
 * @param title above it
 * @param notes what was done and how to read it, a paragraph each
 * @param grids tables
 * @param plots pictures
 * @param checks what was compared with the offline tokens, for people
 * @param right whether all of it was equal
 */
public record Chapter(
        String name,
        String title,
        List<String> notes,
        List<Grid> grids,
        List<Plot> plots,
        List<String> checks,
        boolean right) {}
