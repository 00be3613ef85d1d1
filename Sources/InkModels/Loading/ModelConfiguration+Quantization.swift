public import InkFormats

extension ModelConfiguration {
  /// How the checkpoint's tensors become weights, from `quantization_config`.
  ///
  /// `fp8` is read in both published forms: scales for blocks under `_scale_inv` (DeepSeek V3), which are multiplied in
  /// spite of their name, and one scale a matrix or a row under `_scale`.
  ///
  /// - Throws: `unsupported` for another method, which is named.
  public func weightDecoding() throws(ModelLoadError) -> WeightDecoding {
    guard let quantization = try section("quantization_config") else { return .asStored }
    let method = try quantization.text("quant_method") ?? ""
    guard method == "fp8" else {
      throw ModelLoadError(
        .unsupported, context: "quantization_config.quant_method", expected: "fp8, or weights that are not quantized",
        found: ModelLoadError.quoted(method),
        hint: method == "bitsandbytes"
          ? "Use the checkpoint that it was rounded from; a recipe with train.base nf4 rounds that as bitsandbytes does."
          : "Use the original checkpoint of this model, or a GGUF file of it.")
    }
    guard let sizes = try quantization.numbers("weight_block_size") else {
      return .scaled(suffix: "_scale", block: nil)
    }
    guard sizes.count == 2, sizes.allSatisfy({ $0 >= 1 && $0 <= 65_536 && $0.rounded() == $0 }) else {
      throw ModelLoadError(
        .invalidConfiguration, context: "quantization_config.weight_block_size", expected: "two whole numbers",
        found: "\(sizes)")
    }
    return .scaled(suffix: "_scale_inv", block: ScaledBlock(rows: Int(sizes[0]), columns: Int(sizes[1])))
  }
}
