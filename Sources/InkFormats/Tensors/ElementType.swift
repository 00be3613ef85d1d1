public import InkTensor

/// How the numbers of a stored tensor are written: one by one, or in blocks with shared scales.
public enum ElementType: Sendable, Hashable, CustomStringConvertible {
  /// One number after the other.
  case dense(DType)
  /// Packed blocks; never one of the dense types of ``BlockFormat``.
  case packed(BlockFormat)

  /// The type of a GGUF tensor.
  public init(_ format: BlockFormat) {
    self = format.dtype.map { .dense($0) } ?? .packed(format)
  }

  /// The number of bytes of a shape; nil when it or a stride does not fit an `Int`, an extent is negative, or the
  /// last axis is not a whole number of blocks.
  public func byteCount(_ shape: Shape) -> Int? {
    guard let elements = shape.checkedElementCount, ElementType.hasSafeStrides(shape) else { return nil }
    switch self {
    case .dense(let dtype):
      let (bytes, overflow) = elements.multipliedReportingOverflow(by: dtype.byteCount)
      return overflow ? nil : bytes
    case .packed(let format):
      guard shape.rank == 0 || shape[-1] % format.elementsPerBlock == 0 else { return nil }
      return format.byteCount(elements: elements)
    }
  }

  /// Whether distances between elements fit an `Int` too: an axis of extent 0 would hide the size of the others.
  private static func hasSafeStrides(_ shape: Shape) -> Bool {
    var product = 16
    for axis in 0..<shape.rank {
      let (next, overflow) = product.multipliedReportingOverflow(by: max(shape[axis], 1))
      if overflow { return false }
      product = next
    }
    return true
  }

  public var description: String {
    switch self {
    case .dense(let dtype): dtype.rawValue
    case .packed(let format): format.name
    }
  }
}
