/** What sends frames: files, folders, live addresses. */
package io.nolook.camera;
