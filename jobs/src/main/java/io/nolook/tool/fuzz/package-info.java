/** Hostile records by the thousand: what may enter from a camera, changed by a seeded generator. */
package io.nolook.tool.fuzz;
