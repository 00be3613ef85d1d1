import InkTensor

/// How much weights changed when an adapter was merged into them.
public struct MergeReport: Sendable, Hashable {
  /// The tensors that the adapter is about.
  public var tensors: [Change] = []

  /// An empty report.
  public init() {}

  /// One tensor.
  public struct Change: Sendable, Hashable {
    /// As the checkpoint names it.
    public let name: String
    /// How many elements it has.
    public let elements: Int
    /// How many of them are others than before.
    public let changedElements: Int
    /// The largest distance of an element.
    public let largestChange: Float
    /// The length of the difference by that of the weights.
    public let relativeChange: Double

    /// Compares a tensor with what it was.
    init(_ name: String, before: Tensor, after: Tensor) {
      self.name = name
      let (old, new) = (before.toArray(), after.toArray())
      var (count, largest, difference, length) = (0, Float(0), 0.0, 0.0)
      for (old, new) in zip(old, new) {
        if old.bitPattern != new.bitPattern { count += 1 }
        largest = max(largest, abs(new - old))
        difference += Double(new - old) * Double(new - old)
        length += Double(old) * Double(old)
      }
      elements = old.count
      changedElements = count
      largestChange = largest
      relativeChange = length > 0 ? (difference / length).squareRoot() : (difference > 0 ? .infinity : 0)
    }
  }
}
