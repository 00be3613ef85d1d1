public import InkFormats

extension ModelConfiguration {
  /// How the checkpoint's tensors become weights, from `quantization_config`.
  ///
  /// `fp8` is read in both published forms: scales for blocks under `_scale_inv` (DeepSeek V3), which are multiplied in
  /// spite of their name, and one scale a matrix or a row under `_scale`. `bitsandbytes` is read with 4 and with 8 bits.
  ///
  /// - Throws: `unsupported` for another method, which is named.
  public func weightDecoding() throws(ModelLoadError) -> WeightDecoding {
    guard let quantization = try section("quantization_config") else { return .asStored }
    let method = try quantization.text("quant_method") ?? ""
    switch method {
    case "fp8": return try quantization.scaledFloats()
    case "bitsandbytes": return try quantization.isInBytes() ? .byteRows : .fourBit
    // Configurations of bitsandbytes from before methods had names.
    case "" where try quantization.isInBytes(): return .byteRows
    case "" where try quantization.flag("load_in_4bit", default: false): return .fourBit
    default:
      throw ModelLoadError(
        .unsupported, context: "quantization_config.quant_method",
        expected: "fp8, bitsandbytes, or weights that are not quantized", found: ModelLoadError.quoted(method),
        hint: "Use the original checkpoint of this model, or a GGUF file of it.")
    }
  }

  private func isInBytes() throws(ModelLoadError) -> Bool {
    guard try flag("load_in_8bit", default: false) else { return false }
    return try flag("load_in_4bit", default: false) == false
  }

  private func scaledFloats() throws(ModelLoadError) -> WeightDecoding {
    guard let sizes = try numbers("weight_block_size") else { return .scaled(suffix: "_scale", block: nil) }
    guard sizes.count == 2, sizes.allSatisfy({ $0 >= 1 && $0 <= 65_536 && $0.rounded() == $0 }) else {
      throw ModelLoadError(
        .invalidConfiguration, context: "quantization_config.weight_block_size", expected: "two whole numbers",
        found: "\(sizes)")
    }
    return .scaled(suffix: "_scale_inv", block: ScaledBlock(rows: Int(sizes[0]), columns: Int(sizes[1])))
  }
}
