import InkTensor

/// What bitsandbytes writes beside a weight that it holds in codes of 4 bits: the table of the levels, a scale for each
/// block, with double quantization the table and the scales of those, and the rest as JSON in a tensor of bytes
/// (Dettmers et al., 2023, "QLoRA").
struct FourBitState: Sendable {
  /// What stands behind a weight's name in the names of its parts. The last ones hold the JSON.
  private static let scales = ".absmax"
  private static let levels = ".quant_map"
  private static let nestedScales = ".nested_absmax"
  private static let nestedLevels = ".nested_quant_map"
  private static let descriptions = [".quant_state.bitsandbytes__nf4", ".quant_state.bitsandbytes__fp4"]
  /// The JSON has some ten short members.
  private static let longestDescription = 1 << 16
  private static let nestedLevelCount = 256

  /// The shape of the weight.
  let shape: Shape
  private let name: String
  private let blockWidth: Int
  /// Scales that share a scale, and what is added to all; nil without double quantization.
  private let nested: (groupWidth: Int, offset: Float)?

  /// The name of the weight that a tensor is a part of.
  static func weightName(ofPart name: String) -> String? {
    for suffix in [scales, levels, nestedScales, nestedLevels] + descriptions where name.hasSuffix(suffix) {
      return String(name.dropLast(suffix.count))
    }
    return nil
  }

  /// What is said of a weight; nil when nothing is, so that it is no codes.
  ///
  /// - Throws: `malformed`, `missing`, `typeMismatch`, `outOfRange` for a description that cannot be.
  init?(of name: String, in source: any TensorSource) throws(FormatError) {
    guard let place = FourBitState.descriptions.lazy.map({ name + $0 }).first(where: { source.contains($0) }) else {
      return nil
    }
    let stored = try source.stored(place)
    guard case .dense(.u8) = stored.type, stored.byteRange.count <= FourBitState.longestDescription else {
      throw FormatError(
        .typeMismatch, file: source.path, context: "tensor \(FormatError.quoted(place))",
        expected: "at most \(FourBitState.longestDescription) bytes of JSON", found: "\(stored.type) \(stored.shape)")
    }
    let text = try stored.tensor().toIntegers().map { UInt8(truncatingIfNeeded: $0) }
    let root = try JSONDocument(text, file: "\(source.path): \(place)").root
    self.name = name
    shape = try FourBitState.shape(root["shape"])
    blockWidth = try FourBitState.positive(root["blocksize"])
    guard blockWidth % 2 == 0 else { throw root["blocksize"].mismatch("an even number") }
    if source.contains(name + FourBitState.nestedScales) {
      nested = (try FourBitState.positive(root["nested_blocksize"]), Float(try root["nested_offset"].double))
    } else {
      nested = nil
    }
  }

  private static func positive(_ node: JSONNode) throws(FormatError) -> Int {
    let value = try node.int
    guard value > 0, value <= 1 << 24 else { throw node.mismatch("a whole number from 1 to \(1 << 24)") }
    return value
  }

  private static func shape(_ node: JSONNode) throws(FormatError) -> Shape {
    let extents = try node.array
    guard (1...Shape.maximumRank).contains(extents.count) else {
      throw node.mismatch("1 to \(Shape.maximumRank) extents")
    }
    var numbers: [Int] = []
    for extent in extents {
      let number = try extent.int
      guard number >= 0, number <= 1 << 40 else { throw extent.mismatch("an extent") }
      numbers.append(number)
    }
    let shape = Shape(numbers)
    guard ElementType.dense(.f32).byteCount(shape) != nil else { throw node.mismatch("extents that fit into memory") }
    return shape
  }

  /// The weights as f32, each rounded once.
  ///
  /// - Parameter codes: the weight as it is stored: bytes, or another type that as many bytes were taken for.
  /// - Throws: `missing` when a part is not there, `shapeMismatch` when the parts do not fit each other.
  func decoded(_ codes: StoredTensor, in source: any TensorSource) throws(FormatError) -> StoredTensor {
    let levels = try numbers(FourBitState.levels, source)
    let scales = try scales(in: source)
    do {
      let blocks = try FourBitBlocks(
        codes.storage, range: codes.byteRange, elementCount: shape.elementCount, blockWidth: blockWidth, levels: levels,
        scales: scales)
      return StoredTensor(name: name, try blocks.decoded(shape))
    } catch {
      throw FormatError(
        .shapeMismatch, file: source.path, context: "tensor \(FormatError.quoted(name))", expected: error.expected,
        found: error.found)
    }
  }

  /// One scale a block: what is stored, or with double quantization the levels of its codes times the scales of their
  /// groups plus the mean, rounded one by one.
  private func scales(in source: any TensorSource) throws(FormatError) -> [Float] {
    guard let nested else { return try numbers(FourBitState.scales, source) }
    let stored = try part(FourBitState.scales, source)
    let levels = try numbers(FourBitState.nestedLevels, source)
    let groups = try numbers(FourBitState.nestedScales, source)
    guard case .dense(.u8) = stored.type, levels.count == FourBitState.nestedLevelCount else {
      throw FormatError(
        .typeMismatch, file: source.path, context: "tensor \(FormatError.quoted(stored.name))",
        expected: "bytes that number \(FourBitState.nestedLevelCount) levels",
        found: "\(stored.type) and \(levels.count) levels")
    }
    let codes = try stored.tensor().toIntegers()
    let wanted = codes.count / nested.groupWidth + (codes.count % nested.groupWidth == 0 ? 0 : 1)
    guard groups.count == wanted else {
      throw FormatError(
        .shapeMismatch, file: source.path, context: "tensor \(FormatError.quoted(name + FourBitState.nestedScales))",
        expected: "\(wanted) scales of \(nested.groupWidth) scales each", found: "\(groups.count)")
    }
    return codes.enumerated().map { index, code in
      let product = levels[code] * groups[index / nested.groupWidth]
      return product + nested.offset
    }
  }

  private func numbers(_ suffix: String, _ source: any TensorSource) throws(FormatError) -> [Float] {
    let stored = try part(suffix, source)
    switch stored.type {
    case .dense(.f64), .dense(.f32), .dense(.f16), .dense(.bf16): return try stored.tensor().toArray()
    case .dense, .packed:
      throw FormatError(
        .typeMismatch, file: source.path, context: "tensor \(FormatError.quoted(stored.name))", expected: "floats",
        found: "\(stored.type)")
    }
  }

  private func part(_ suffix: String, _ source: any TensorSource) throws(FormatError) -> StoredTensor {
    guard let stored = source.find(name + suffix) else {
      throw FormatError(
        .missing, file: source.path, context: "tensor \(FormatError.quoted(name + suffix))",
        expected: "a part of \(FormatError.quoted(name)), whose weights are codes of 4 bits",
        hint: "The checkpoint is incomplete.")
    }
    return stored
  }
}
