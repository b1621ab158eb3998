/** Model files on ONNX Runtime: the only importer of its Java API. */
package io.nolook.tokenizer.onnx;
