/** The live page: one small server over HTTP; the only importer of Javalin and Jetty. */
package io.nolook.page;
