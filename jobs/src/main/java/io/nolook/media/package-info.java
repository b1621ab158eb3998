/** Video files, images and folders of images, in and out. */
package io.nolook.media;
