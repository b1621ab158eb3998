/** What state and records were made with: model file, runtime, size and fit of pictures. */
package io.nolook.identity;
