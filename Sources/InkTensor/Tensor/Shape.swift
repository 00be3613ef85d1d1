/// The extents of a tensor, outermost first; at most eight axes, kept inline so that making one costs no memory.
public struct Shape: Sendable, Hashable, CustomStringConvertible, ExpressibleByArrayLiteral {
  /// The largest number of axes.
  public static let maximumRank = 8

  private var extents: SIMD8<Int>
  /// The number of axes.
  public private(set) var rank: Int

  /// A shape from its extents; a programmer's error if there are more than ``maximumRank`` of them.
  public init(_ extents: some Collection<Int>) {
    if extents.count > Shape.maximumRank { trap("Shape", "more than \(Shape.maximumRank) axes: \(Array(extents))") }
    self.extents = SIMD8(repeating: 1)
    self.rank = extents.count
    for (axis, extent) in extents.enumerated() { self.extents[axis] = extent }
  }

  public init(arrayLiteral elements: Int...) { self.init(elements) }

  /// The extent of one axis; negative axes count from the last.
  public subscript(axis: Int) -> Int {
    get { extents[axis < 0 ? axis + rank : axis] }
    set { extents[axis < 0 ? axis + rank : axis] = newValue }
  }

  /// The number of elements. Loaders check for overflow with ``checkedElementCount`` before they make a tensor.
  public var elementCount: Int {
    var count = 1
    for axis in 0..<rank { count *= extents[axis] }
    return count
  }

  /// The number of elements, or nil when it does not fit an `Int` or an extent is negative.
  public var checkedElementCount: Int? {
    var count = 1
    for axis in 0..<rank {
      if extents[axis] < 0 { return nil }
      let (product, overflow) = count.multipliedReportingOverflow(by: extents[axis])
      if overflow { return nil }
      count = product
    }
    return count
  }

  /// The extents as an array.
  public var array: [Int] { (0..<rank).map { extents[$0] } }

  /// The product of all extents but the last: the rows of a matrix view.
  public var rowCount: Int {
    var count = 1
    for axis in 0..<max(rank - 1, 0) { count *= extents[axis] }
    return count
  }

  public var description: String { "[" + array.map(String.init).joined(separator: ", ") + "]" }
}
