public import InkTensor

/// What a file says about a tensor, without its data.
public struct TensorInfo: Sendable, Hashable {
  /// The name in the file.
  public let name: String
  /// How its numbers are written.
  public let type: ElementType
  /// The extents, row-major, outermost first.
  public let shape: Shape
  /// The number of bytes of its data.
  public let byteCount: Int

  /// What is said of a tensor that need not be there yet.
  package init(name: String, type: ElementType, shape: Shape, byteCount: Int) {
    self.name = name
    self.type = type
    self.shape = shape
    self.byteCount = byteCount
  }
}
