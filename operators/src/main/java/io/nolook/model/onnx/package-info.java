/** Models on ONNX Runtime; the only importer of it. */
package io.nolook.model.onnx;
