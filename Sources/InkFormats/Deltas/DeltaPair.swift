import InkTensor

/// A tensor of the base and the one beside it, worked on in runs of rows.
struct DeltaPair {
  /// Which way the arithmetic goes.
  enum Direction {
    /// From the target to the difference.
    case subtractingBase
    /// From the difference to the target.
    case addingBase
  }

  /// How a tensor takes part.
  enum Kind {
    /// Floating-point numbers; so many rows of the base take part.
    case arithmetic(baseRows: Int)
    /// Anything else is taken as it is.
    case copied
  }

  let base: StoredTensor
  /// The target, or the difference.
  let other: StoredTensor
  let kind: Kind

  /// - Throws: `shapeMismatch` when the shapes differ in more than the rows that padding allows, `typeMismatch` when
  ///   one is of floating-point numbers and the other is not.
  init(base: StoredTensor, other: StoredTensor, padding: WeightDelta.Padding, file: String) throws(FormatError) {
    self.base = base
    self.other = other
    let (baseIsFloat, otherIsFloat) = (try DeltaPair.isFloat(base, file), try DeltaPair.isFloat(other, file))
    guard baseIsFloat == otherIsFloat else {
      throw FormatError(
        .typeMismatch, file: file, context: "tensor \(FormatError.quoted(other.name))", expected: "\(base.type)",
        found: "\(other.type)")
    }
    if base.shape == other.shape {
      kind = otherIsFloat ? .arithmetic(baseRows: base.shape.rank == 0 ? 1 : base.shape[0]) : .copied
      return
    }
    let sameRows =
      base.shape.rank == other.shape.rank && base.shape.rank > 0
      && base.shape.array.dropFirst() == other.shape.array.dropFirst()
    guard otherIsFloat, sameRows, padding == .keepNewRows, base.shape[0] < other.shape[0] else {
      throw FormatError(
        .shapeMismatch, file: file, context: "tensor \(FormatError.quoted(other.name))",
        expected: "\(base.shape), as in the base", found: "\(other.shape)",
        hint: sameRows && base.shape[0] < other.shape[0]
          ? "The vocabulary has grown; allow padded rows to store the new rows as they are."
          : "The two models do not belong together.")
    }
    kind = .arithmetic(baseRows: base.shape[0])
  }

  private static func isFloat(_ tensor: StoredTensor, _ file: String) throws(FormatError) -> Bool {
    switch tensor.type {
    case .dense(.f32), .dense(.f16), .dense(.bf16): return true
    case .dense(.f64), .dense(.f8e4m3), .dense(.f8e5m2), .packed:
      throw FormatError(
        .unsupported, file: file, context: "tensor \(FormatError.quoted(tensor.name))", expected: "F32, F16 or BF16",
        found: "\(tensor.type)")
    case .dense: return false
    }
  }

  /// Calls `body` with the result of the arithmetic, run by run, in the type of `other`. The bytes of the base pass
  /// `hasher`, and the pages that were read are given back.
  func run(
    _ direction: Direction, hashing hasher: inout TensorHasher, _ body: (StoredTensor) throws(FormatError) -> Void
  ) throws(FormatError) {
    guard case .arithmetic(let baseRows) = kind, case .dense(let dtype) = other.type else {
      hasher.update(base)
      return try body(other)
    }
    guard other.shape.rank > 0, !other.byteRange.isEmpty else {
      hasher.update(base)
      return try body(try DeltaPair.combined(base, other, direction, dtype))
    }
    for range in other.pieces() {
      // A run never crosses the end of the base's rows.
      for part in [range.clamped(to: 0..<baseRows), range.clamped(to: baseRows..<max(other.shape[0], baseRows))]
      where !part.isEmpty {
        let piece = try other.rows(part)
        guard part.upperBound <= baseRows else {
          try body(piece)
          continue
        }
        let below = try base.rows(part)
        try body(try DeltaPair.combined(below, piece, direction, dtype))
        hasher.update(below)
        piece.storage.discardResidentRuns(around: piece.byteRange)
      }
    }
  }

  /// Computed in f32 and rounded once.
  private static func combined(
    _ base: StoredTensor, _ other: StoredTensor, _ direction: Direction, _ dtype: DType
  ) throws(FormatError) -> StoredTensor {
    let (left, right) = (try other.float32().toArray(), try base.float32().toArray())
    let values: [Float] =
      switch direction {
      case .subtractingBase: zip(left, right).map { $0 - $1 }
      case .addingBase: zip(left, right).map { $0 + $1 }
      }
    return try StoredTensor(name: other.name, rounding: Tensor(values, shape: other.shape), to: dtype)
  }
}
