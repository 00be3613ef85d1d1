package import InkTensor

/// A tensor that will be written: what it is, and how to make its bytes piece by piece when its turn comes. A file of
/// any size is written with the memory of one piece.
package struct PlannedTensor {
  /// Takes the next run of bytes, in order.
  package typealias Sink = (StoredTensor) throws(FormatError) -> Void

  /// Name, type, shape and size.
  package let info: TensorInfo
  private let produce: (Sink) throws(FormatError) -> Void

  /// A tensor that exists already.
  package init(_ stored: StoredTensor) {
    info = stored.info
    produce = { (sink) throws(FormatError) in try sink(stored) }
  }

  /// A tensor that `produce` makes; the pieces have its type, and together exactly its bytes.
  ///
  /// - Throws: `outOfRange` when type and shape have no size.
  package init(
    name: String, type: ElementType, shape: Shape, produce: @escaping (Sink) throws(FormatError) -> Void
  ) throws(FormatError) {
    guard let byteCount = type.byteCount(shape) else {
      throw FormatError(
        .outOfRange, file: "", context: "tensor \(FormatError.quoted(name))", expected: "whole blocks",
        found: "\(type) \(shape)")
    }
    info = TensorInfo(name: name, type: type, shape: shape, byteCount: byteCount)
    self.produce = produce
  }

  /// The same tensor under another name.
  package func named(_ name: String) -> PlannedTensor { PlannedTensor(self, name) }

  private init(_ other: PlannedTensor, _ name: String) {
    info = TensorInfo(
      name: name, type: other.info.type, shape: other.info.shape, byteCount: other.info.byteCount)
    produce = other.produce
  }

  /// Makes the bytes and hands them on. Pages of mapped files are given back once a piece is taken.
  ///
  /// - Throws: `shapeMismatch` when the pieces are not what the plan says; what making and taking them throws.
  package func run(_ sink: Sink) throws(FormatError) {
    var byteCount = 0
    try produce { (piece) throws(FormatError) in
      byteCount += piece.byteRange.count
      guard piece.type == info.type, byteCount <= info.byteCount else {
        throw mismatch("\(byteCount) of \(piece.type)")
      }
      try sink(piece)
      piece.storage.discardResidentRuns(around: piece.byteRange)
    }
    guard byteCount == info.byteCount else { throw mismatch("\(byteCount)") }
  }

  private func mismatch(_ found: String) -> FormatError {
    FormatError(
      .shapeMismatch, file: "", context: "making \(FormatError.quoted(info.name))",
      expected: "\(info.byteCount) bytes of \(info.type)", found: found)
  }
}
