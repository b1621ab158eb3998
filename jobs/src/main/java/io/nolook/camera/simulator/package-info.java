/** Cameras that need no camera: seeded, repeatable pictures of moving scenes. */
package io.nolook.camera.simulator;
