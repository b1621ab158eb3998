/** Cameras, broker and job in one process: what a first look needs. */
package io.nolook.tool.demo;
