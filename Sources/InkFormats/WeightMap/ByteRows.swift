import InkTensor

/// Weights that bitsandbytes holds as 8-bit integers, with the largest magnitude of each row beside them under the name
/// of the layer (Dettmers et al., 2022, "LLM.int8()").
enum ByteRows {
  private static let weight = ".weight"
  private static let scales = ".SCB"
  /// Says that rows lie one after the other, the only order there is today: 0.
  private static let order = ".weight_format"
  /// One over 127, as the reference multiplies with it.
  private static let unit: Float = 7.874015718698502e-3

  /// The name of the weight that a tensor is a part of.
  static func weightName(ofPart name: String) -> String? {
    for suffix in [scales, order] where name.hasSuffix(suffix) { return name.dropLast(suffix.count) + weight }
    return nil
  }

  /// Whether a tensor is a weight with scales beside it.
  static func hasScales(_ name: String, in source: any TensorSource) -> Bool {
    name.hasSuffix(weight) && source.contains(name.dropLast(weight.count) + scales)
  }

  /// A weight as f32: code times scale, times one over 127, each product rounded. A tensor without scales is what it is.
  ///
  /// - Throws: `typeMismatch`, `shapeMismatch` when codes and scales do not fit, `unsupported` for another order.
  static func decoded(_ stored: StoredTensor, in source: any TensorSource) throws(FormatError) -> StoredTensor {
    guard stored.name.hasSuffix(weight) else { return stored }
    let layer = String(stored.name.dropLast(weight.count))
    let context = "tensor \(FormatError.quoted(stored.name))"
    guard let scales = source.find(layer + scales) else {
      guard case .dense(.i8) = stored.type else { return stored }
      throw FormatError(
        .missing, file: source.path, context: "tensor \(FormatError.quoted(layer + ByteRows.scales))",
        expected: "the scales of \(FormatError.quoted(stored.name))", hint: "The checkpoint is incomplete.")
    }
    guard case .dense(.i8) = stored.type, stored.shape.rank == 2 else {
      throw FormatError(
        .typeMismatch, file: source.path, context: context,
        expected: "a matrix of 8-bit integers, since there are scales",
        found: "\(stored.type) \(stored.shape)")
    }
    try requireRows(source.find(layer + order), file: source.path)
    let factors = try scales.float32().toArray()
    guard factors.count == stored.shape[0] else {
      throw FormatError(
        .shapeMismatch, file: source.path, context: context, expected: "\(stored.shape[0]) scales",
        found: "\(factors.count)")
    }
    var values = try stored.tensor().toArray()
    let columns = stored.shape[1]
    for (row, factor) in factors.enumerated() {
      for place in row * columns..<(row + 1) * columns { values[place] = values[place] * factor * unit }
    }
    return StoredTensor(name: stored.name, Tensor(values, shape: stored.shape))
  }

  private static func requireRows(_ order: StoredTensor?, file: String) throws(FormatError) {
    guard let order else { return }
    switch order.type {
    case .dense(.u8), .dense(.i8), .dense(.i32), .dense(.i64):
      if try order.tensor().toIntegers().allSatisfy({ $0 == 0 }) { return }
    case .dense, .packed: break
    }
    throw FormatError(
      .unsupported, file: file, context: "tensor \(FormatError.quoted(order.name))",
      expected: "0, which stands for rows",
      found: "another order", hint: "Save the model again with a present bitsandbytes.")
  }
}
