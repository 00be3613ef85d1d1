import InkTensor

/// Whether the tensors of a checkpoint are the weights themselves, or go with scales that stand beside them.
public enum WeightDecoding: Sendable, Hashable {
  /// Every tensor is what it is.
  case asStored
  /// 8-bit floats whose scales are another tensor with the same name and `suffix` behind it; decoded to f32, each
  /// element rounded once. A tensor without one is what it is, unless it is of 8-bit floats.
  ///
  /// - Parameter block: the rows and columns that share a scale. Without one the shape of the scales tells: one scale
  ///   for all, or one a row.
  case scaled(suffix: String, block: ScaledBlock?)
  /// Codes of 4 bits as bitsandbytes writes them, NF4 or FP4, with scales that may be codes themselves; decoded to f32.
  /// A tensor without a description beside it is what it is.
  case fourBit
  /// 8-bit integers with a scale a row as bitsandbytes writes them; decoded to f32. A tensor without scales is what it
  /// is, unless it is of 8-bit integers.
  case byteRows
}

/// Rows and columns that share a scale.
public struct ScaledBlock: Sendable, Hashable {
  /// Rows of a block.
  public let rows: Int
  /// Columns of a block.
  public let columns: Int

  /// A block of at least one row and one column.
  public init(rows: Int, columns: Int) {
    self.rows = max(rows, 1)
    self.columns = max(columns, 1)
  }
}

extension WeightDecoding {
  /// What stands behind the name of a static scale of activations, which weights do not need.
  private static let activationSuffixes = [".input_scale", ".activation_scale"]

  /// The name of the tensor that `name` is a part of: of its scales, for example.
  func scaledName(of name: String) -> String? {
    switch self {
    case .asStored: nil
    case .scaled(let suffix, _): name.hasSuffix(suffix) ? String(name.dropLast(suffix.count)) : nil
    case .fourBit: FourBitState.weightName(ofPart: name)
    case .byteRows: ByteRows.weightName(ofPart: name)
    }
  }

  /// Whether a tensor only concerns the quantization of activations.
  func isActivationScale(_ name: String) -> Bool {
    guard case .scaled = self else { return false }
    return WeightDecoding.activationSuffixes.contains { name.hasSuffix($0) }
  }

  /// A tensor of the source, decoded when it goes with scales.
  func tensor(_ name: String, in source: any TensorSource) throws(FormatError) -> StoredTensor {
    let stored = try source.stored(name)
    switch self {
    case .asStored: return stored
    case .scaled(let suffix, let block):
      return try WeightDecoding.decoded(stored, scaledBy: suffix, block, in: source)
    case .fourBit:
      guard let state = try FourBitState(of: name, in: source) else { return stored }
      return try state.decoded(stored, in: source)
    case .byteRows: return try ByteRows.decoded(stored, in: source)
    }
  }

  private static func decoded(
    _ stored: StoredTensor, scaledBy suffix: String, _ block: ScaledBlock?, in source: any TensorSource
  ) throws(FormatError) -> StoredTensor {
    let name = stored.name + suffix
    guard let scales = source.find(name) else {
      guard case .dense(let dtype) = stored.type, dtype == .f8e4m3 || dtype == .f8e5m2 else { return stored }
      throw FormatError(
        .missing, file: source.path, context: "tensor \(FormatError.quoted(name))",
        expected: "the scales of \(FormatError.quoted(stored.name))", hint: "The checkpoint is incomplete.")
    }
    return try decoded(stored, scales, block, file: source.path)
  }

  private static func decoded(
    _ stored: StoredTensor, _ scales: StoredTensor, _ block: ScaledBlock?, file: String
  ) throws(FormatError) -> StoredTensor {
    let format: NarrowFloat
    switch stored.type {
    case .dense(.f8e4m3): format = .f8e4m3
    case .dense(.f8e5m2): format = .f8e5m2
    default:
      throw FormatError(
        .typeMismatch, file: file, context: "tensor \(FormatError.quoted(stored.name))",
        expected: "8-bit floats, since there are scales", found: "\(stored.type)")
    }
    guard stored.shape.rank == 2 else {
      throw FormatError(
        .shapeMismatch, file: file, context: "tensor \(FormatError.quoted(stored.name))", expected: "a matrix",
        found: "\(stored.shape)")
    }
    let scaling: BlockScaling
    if let block {
      scaling = BlockScaling(rows: block.rows, columns: block.columns)
    } else if scales.shape.elementCount == 1 {
      scaling = BlockScaling(rows: stored.shape[0], columns: stored.shape[1])
    } else {
      scaling = BlockScaling(rows: 1, columns: stored.shape[1])
    }
    let values = try scales.float32()
    do {
      return StoredTensor(
        name: stored.name,
        try scaling.decode(
          stored.storage, range: stored.byteRange, format: format, shape: stored.shape, scales: values))
    } catch {
      throw FormatError(
        .shapeMismatch, file: file, context: "tensor \(FormatError.quoted(stored.name))", expected: error.expected,
        found: error.found)
    }
  }
}
