/** Pictures for browsers: originals that passed our limits, and what tokens decode to. */
package io.nolook.page.picture;
