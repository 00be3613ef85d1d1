package import InkTensor

extension StoredTensor {
  /// The tensor rounded to packed blocks on several threads, with the same bits on any number of them.
  ///
  /// - Throws: `outOfRange` for values that are no numbers or that a block's half-precision scale cannot reach;
  ///   `unsupported` for a format without a writer, `shapeMismatch` when a row is not whole blocks.
  package init(
    name: String, _ tensor: Tensor, as format: BlockFormat, on threads: ThreadPool
  ) throws(FormatError) {
    let outside = tensor.toArray().first { !($0.magnitude < 65_520) }
    if let outside {
      throw FormatError(
        .outOfRange, file: "", context: "tensor \(FormatError.quoted(name)) as \(format.name)",
        expected: "values up to 65504", found: "\(outside)", hint: "Use BF16 or F32.")
    }
    let storage: Storage
    do { storage = try format.quantize(tensor, on: threads) } catch { throw FormatError(error, file: "") }
    try self.init(
      name: name, type: ElementType(format), shape: tensor.shape, storage: storage, byteRange: 0..<storage.byteCount)
  }
}
