package import InkTensor

extension PlannedTensor {
  /// What is done to the rows of a matrix on the way.
  package enum RowScaling: Sendable, Hashable {
    case none
    /// Each is divided by its length; one shorter than 1e-12 by that.
    case unitLength
  }

  /// A tensor in another type, converted in runs of rows: decoded to f32 and rounded once. One that has the type
  /// already is copied as it is.
  ///
  /// - Parameters:
  ///   - info: what `load` gives.
  ///   - threads: what packs blocks; the bits do not depend on their number.
  ///   - scaling: what is done to the rows before they are rounded.
  ///   - load: makes or finds the tensor when its turn comes.
  package init(
    name: String, _ info: TensorInfo, as type: ElementType, on threads: ThreadPool = ThreadPool(threads: 1),
    scaling: RowScaling = .none, load: @escaping () throws(FormatError) -> StoredTensor
  ) throws(FormatError) {
    try self.init(name: name, type: type, shape: info.shape) { (sink) throws(FormatError) in
      let stored = try load()
      func converted(_ piece: StoredTensor) throws(FormatError) -> StoredTensor {
        switch scaling {
        case .none: try PlannedTensor.converted(piece, type, threads)
        case .unitLength: try PlannedTensor.converted(try piece.withUnitRows(), type, threads)
        }
      }
      let pieces = stored.pieces()
      if pieces.isEmpty { return try sink(try converted(stored)) }
      for rows in pieces {
        let piece = try stored.rows(rows)
        try sink(try converted(piece))
        piece.storage.discardResidentRuns(around: piece.byteRange)
      }
    }
  }

  /// Tensors that exist already, in one type, rounded as they are written.
  package static func rounding(_ tensors: [StoredTensor], to format: BlockFormat) throws(FormatError) -> [PlannedTensor]
  {
    var plans: [PlannedTensor] = []
    for tensor in tensors {
      plans.append(
        try PlannedTensor(name: tensor.name, tensor.info, as: ElementType(format)) { () throws(FormatError) in tensor })
    }
    return plans
  }

  private static func converted(
    _ stored: StoredTensor, _ type: ElementType, _ threads: ThreadPool
  ) throws(FormatError) -> StoredTensor {
    if stored.type == type { return stored }
    switch type {
    case .dense(let dtype): return try StoredTensor(name: stored.name, rounding: try stored.float32(), to: dtype)
    case .packed(let format):
      return try StoredTensor(name: stored.name, try stored.float32(), as: format, on: threads)
    }
  }
}

extension StoredTensor {
  /// The matrix with rows of length one, as f32.
  fileprivate func withUnitRows() throws(FormatError) -> StoredTensor {
    var elements = try float32().toArray()
    let width = shape.array.last ?? 0
    guard width > 0 else { return self }
    for start in stride(from: 0, to: elements.count, by: width) {
      let row = start..<min(start + width, elements.count)
      let squares = elements[row].reduce(0.0) { $0 + Double($1) * Double($1) }
      let factor = Float(1 / max(squares.squareRoot(), 1e-12))
      for index in row { elements[index] *= factor }
    }
    return StoredTensor(name: name, Tensor(elements, shape: shape))
  }
}
