import CInkKernels

/// What scores are made of.
package enum VectorScore: Sendable, Hashable {
  /// The inner product.
  case product
  /// Minus the squared Euclidean distance.
  case distance

  var kernel: ink_score_kind {
    switch self {
    case .product: INK_SCORE_PRODUCT
    case .distance: INK_SCORE_DISTANCE
    }
  }
}

/// What is kept of a vector.
package enum VectorForm: Sendable, Hashable {
  /// Its floats.
  case floats
  /// Codes of 8 bits with a scale for the vector.
  case codes
  /// Both: codes guide, floats decide.
  case codesAndFloats
}

/// Vectors in slots: rows of floats, of codes, or both.
///
/// Methods that change rows are for one writer at a time while nobody reads, except that ``store(_:at:)`` may run for
/// several slots at once.
package struct VectorRows: Sendable {
  /// Elements of a vector.
  package let dimension: Int
  /// What scores are made of.
  package let score: VectorScore
  /// The floats, if kept: rows of `floatWidth` elements.
  package let floats: RowTable?
  /// The codes, if kept.
  package let codes: RowTable?

  /// Elements of a row of floats: the dimension, padded with zeros.
  package var floatWidth: Int { Self.padded(dimension, to: Int(INK_VECTOR_FLOATS)) }
  /// Elements of a row of codes.
  package var codeWidth: Int { Self.padded(dimension, to: Int(INK_VECTOR_CODES)) }

  /// Bytes of a row of floats.
  package static func floatStride(dimension: Int) -> Int { padded(dimension, to: Int(INK_VECTOR_FLOATS)) * 4 }

  /// Bytes of a row of codes with what stands behind them.
  package static func codeStride(dimension: Int) -> Int {
    padded(padded(dimension, to: Int(INK_VECTOR_CODES)) + MemoryLayout<ink_code_tail>.size, to: 64)
  }

  private static func padded(_ count: Int, to multiple: Int) -> Int { (count + multiple - 1) / multiple * multiple }

  /// No rows yet.
  package init(dimension: Int, score: VectorScore, form: VectorForm) {
    let floats = RowTable(stride: Self.floatStride(dimension: dimension))
    let codes = RowTable(stride: Self.codeStride(dimension: dimension))
    switch form {
    case .floats: self.init(dimension: dimension, score: score, floats: floats, codes: nil)
    case .codes: self.init(dimension: dimension, score: score, floats: nil, codes: codes)
    case .codesAndFloats: self.init(dimension: dimension, score: score, floats: floats, codes: codes)
    }
  }

  /// The rows of tables, such as those of a file. A programmer's error if the strides are others than of the dimension.
  package init(dimension: Int, score: VectorScore, floats: RowTable?, codes: RowTable?) {
    let fits =
      (floats?.stride ?? Self.floatStride(dimension: dimension)) == Self.floatStride(dimension: dimension)
      && (codes?.stride ?? Self.codeStride(dimension: dimension)) == Self.codeStride(dimension: dimension)
      && (floats?.count ?? codes?.count ?? -1) == (codes?.count ?? floats?.count ?? -1)
    if !fits { trap("VectorRows", "tables that are not of dimension \(dimension)") }
    self.dimension = dimension
    self.score = score
    self.floats = floats
    self.codes = codes
  }

  /// The number of slots.
  package var count: Int { floats?.count ?? codes?.count ?? 0 }

  /// Bytes of memory that the rows own.
  package var ownedByteCount: Int { (floats?.ownedByteCount ?? 0) + (codes?.ownedByteCount ?? 0) }

  /// Adds slots, and makes all rows memory of our own.
  package func grow(to count: Int) {
    for table in [floats, codes] {
      table?.grow(to: count, filledWith: 0)
      table?.own(capacity: 0)
    }
  }

  /// Makes room for slots below `count`, in memory of our own, without adding them.
  package func reserve(_ count: Int) {
    floats?.own(capacity: count)
    codes?.own(capacity: count)
  }

  /// Puts a vector of `dimension` finite elements into a slot.
  package func store(_ vector: [Float], at slot: Int) {
    if vector.count != dimension || slot < 0 || slot >= count {
      trap("VectorRows.store", "\(vector.count) elements for slot \(slot) of \(count), dimension \(dimension)")
    }
    vector.withUnsafeBufferPointer { vector in
      withUnsafePointer(to: kernel) { rows in
        ink_vector_store(
          rows, vector.baseAddress, dimension, floats?.row(slot).assumingMemoryBound(to: Float.self),
          codes?.row(slot).assumingMemoryBound(to: UInt8.self))
      }
    }
  }

  /// Leaves nothing of a slot's vector.
  package func clear(_ slot: Int) {
    floats?.fill(row: slot, with: 0)
    codes?.fill(row: slot, with: 0)
  }

  /// The elements of a slot as scores are made with them; decoded where there are codes alone.
  package func vector(at slot: Int) -> [Float] {
    if slot < 0 || slot >= count { trap("VectorRows.vector", "slot \(slot) of \(count)") }
    if let floats {
      return Array(UnsafeBufferPointer(start: floats.row(slot).assumingMemoryBound(to: Float.self), count: dimension))
    }
    guard let codes else { return [] }
    let row = codes.row(slot)
    let tail = (row + codeWidth).loadUnaligned(as: ink_code_tail.self)
    return (0..<dimension).map { tail.scale * Float(Int(row.load(fromByteOffset: $0, as: UInt8.self)) - 128) }
  }

  /// What the kernels are given.
  var kernel: ink_vector_rows {
    ink_vector_rows(
      floats: floats.map { UnsafePointer($0.base.assumingMemoryBound(to: Float.self)) },
      codes: codes.map { UnsafePointer($0.base.assumingMemoryBound(to: UInt8.self)) }, float_width: floatWidth,
      code_width: codeWidth, code_stride: Self.codeStride(dimension: dimension), kind: score.kernel)
  }
}
