/** Work of many cameras in, batches for one model run out: never two of one camera. */
package io.nolook.batch;
