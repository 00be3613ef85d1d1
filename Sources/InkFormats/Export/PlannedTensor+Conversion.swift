package import InkTensor

extension PlannedTensor {
  /// A tensor in another type, converted in runs of rows: decoded to f32 and rounded once. One that has the type
  /// already is copied as it is.
  ///
  /// - Parameters:
  ///   - info: what `load` gives.
  ///   - load: makes or finds the tensor when its turn comes.
  package init(
    name: String, _ info: TensorInfo, as type: ElementType,
    load: @escaping () throws(FormatError) -> StoredTensor
  ) throws(FormatError) {
    try self.init(name: name, type: type, shape: info.shape) { (sink) throws(FormatError) in
      let stored = try load()
      let pieces = stored.pieces()
      if pieces.isEmpty { return try sink(try PlannedTensor.converted(stored, type)) }
      for rows in pieces {
        let piece = try stored.rows(rows)
        try sink(try PlannedTensor.converted(piece, type))
        piece.storage.discardResidentPages(piece.byteRange)
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

  private static func converted(_ stored: StoredTensor, _ type: ElementType) throws(FormatError) -> StoredTensor {
    if stored.type == type { return stored }
    switch type {
    case .dense(let dtype): return try StoredTensor(name: stored.name, rounding: try stored.float32(), to: dtype)
    case .packed(let format): return try StoredTensor(name: stored.name, try stored.float32(), as: format)
    }
  }
}
