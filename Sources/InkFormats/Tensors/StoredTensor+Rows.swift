import InkTensor

extension StoredTensor {
  /// A new tensor whose rows are the given runs of rows of this one, in that order. Copies bytes, decodes nothing.
  ///
  /// - Throws: `shapeMismatch` when a run is not there.
  func gatheringRows(_ runs: [Range<Int>]) throws(FormatError) -> StoredTensor {
    var parts: [StoredTensor] = []
    parts.reserveCapacity(runs.count)
    for run in runs { parts.append(try rows(run)) }
    return try StoredTensor.concatenatingRows(parts, named: name)
  }

  /// Tensors with the same row shape, one below the other. Those of one type keep it; floats of several types, as mixes of
  /// packed types have them, become f32, which keeps their values.
  ///
  /// - Throws: `shapeMismatch` or `typeMismatch`, naming the first tensor that does not fit.
  static func concatenatingRows(_ stored: [StoredTensor], named name: String) throws(FormatError) -> StoredTensor {
    let parts = try alike(stored)
    guard let first = parts.first, first.bytesPerRow != nil else {
      throw FormatError(.missing, file: "", context: "tensor \(FormatError.quoted(name))", expected: "rows to join")
    }
    var shape = first.shape
    var rowCount = 0
    for part in parts {
      guard part.bytesPerRow != nil else {
        throw FormatError(
          .shapeMismatch, file: "", context: "joining \(FormatError.quoted(part.name))", expected: "rows",
          found: "\(part.shape)")
      }
      guard part.type == first.type else {
        throw FormatError(
          .typeMismatch, file: "", context: "joining \(FormatError.quoted(part.name)) into \(FormatError.quoted(name))",
          expected: "\(first.type)", found: "\(part.type)")
      }
      guard part.shape.rank == shape.rank, part.shape.array.dropFirst() == shape.array.dropFirst() else {
        throw FormatError(
          .shapeMismatch, file: "",
          context: "joining \(FormatError.quoted(part.name)) into \(FormatError.quoted(name))",
          expected: "rows as in \(first.shape)", found: "\(part.shape)")
      }
      rowCount += part.shape[0]
    }
    shape[0] = rowCount
    return try gathering(parts, type: first.type, shape: shape, named: name)
  }

  /// Tensors of one shape as the slices of a new outermost axis, with types as ``concatenatingRows(_:named:)`` has them.
  static func stacking(_ stored: [StoredTensor], named name: String) throws(FormatError) -> StoredTensor {
    let parts = try alike(stored)
    guard let first = parts.first else {
      throw FormatError(.missing, file: "", context: "tensor \(FormatError.quoted(name))", expected: "parts to stack")
    }
    for part in parts where part.type != first.type || part.shape != first.shape {
      throw FormatError(
        .shapeMismatch, file: "", context: "stacking \(FormatError.quoted(part.name)) into \(FormatError.quoted(name))",
        expected: "\(first.type) \(first.shape)", found: "\(part.type) \(part.shape)")
    }
    guard first.shape.rank < Shape.maximumRank else {
      throw FormatError(
        .unsupported, file: "", context: "stacking \(FormatError.quoted(name))",
        expected: "fewer than \(Shape.maximumRank) axes", found: "\(first.shape)")
    }
    return try gathering(parts, type: first.type, shape: Shape([parts.count] + first.shape.array), named: name)
  }

  /// The tensors themselves where they are of one type, or floats of several types as f32.
  private static func alike(_ parts: [StoredTensor]) throws(FormatError) -> [StoredTensor] {
    guard let first = parts.first, parts.contains(where: { $0.type != first.type }), parts.allSatisfy(\.holdsFloats)
    else {
      return parts
    }
    var decoded: [StoredTensor] = []
    for part in parts { decoded.append(StoredTensor(name: part.name, try part.float32())) }
    return decoded
  }

  private var holdsFloats: Bool {
    switch type {
    case .packed, .dense(.f64), .dense(.f32), .dense(.f16), .dense(.bf16): true
    case .dense: false
    }
  }

  private static func gathering(
    _ parts: [StoredTensor], type: ElementType, shape: Shape, named name: String
  ) throws(FormatError) -> StoredTensor {
    let joined: Storage
    do {
      joined = try Storage.gathering(parts.map { Storage.Piece($0.storage, $0.byteRange) })
    } catch { throw FormatError(error, file: "") }
    return try StoredTensor(name: name, type: type, shape: shape, storage: joined, byteRange: 0..<joined.byteCount)
  }

  /// A matrix with rows and columns exchanged, copied. The rows of packed blocks are no columns of packed blocks, so these
  /// become f32, which keeps their values.
  ///
  /// - Throws: `shapeMismatch` unless it has two axes.
  func transposedMatrix() throws(FormatError) -> StoredTensor {
    guard shape.rank == 2 else {
      throw FormatError(
        .shapeMismatch, file: "", context: "transposing \(FormatError.quoted(name))", expected: "a matrix",
        found: "\(shape)")
    }
    switch type {
    case .dense: return StoredTensor(name: name, try tensor().transposed([1, 0]))
    case .packed: return StoredTensor(name: name, try float32().transposed([1, 0]))
    }
  }
}
