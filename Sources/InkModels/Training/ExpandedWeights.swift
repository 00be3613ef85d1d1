import InkFormats
import InkTensor

/// Weights with rows for more tokens: the row of a new token is the mean of those of the old tokens that it consists of
/// (Cui et al., 2023, "Efficient and Effective Text Encoding for Chinese LLaMA and Alpaca"); rows that no token has are the
/// mean of all.
struct ExpandedWeights: WeightSource {
  /// The weights with the old rows.
  let base: any WeightSource
  private let rows: TokenRows
  /// Rows of the base.
  private let oldCount: Int

  /// What has a row for each token: the table, a head of its own, its bias.
  private static let expanded: Set<String> = ["embedding.weight", "head.weight", "head.bias"]

  init(_ base: any WeightSource, rows: TokenRows, oldCount: Int) {
    self.base = base
    self.rows = rows
    self.oldCount = oldCount
  }

  var path: String { base.path }
  var names: [String] { base.names }

  func contains(_ name: String) -> Bool { base.contains(name) }

  func origin(of name: String) -> TensorInfo? { base.origin(of: name) }

  func stored(_ name: String, shape: Shape) throws(FormatError) -> StoredTensor {
    guard Self.expanded.contains(name), shape.rank > 0 else { return try base.stored(name, shape: shape) }
    var oldShape = shape.array
    oldShape[0] = oldCount
    let stored = try base.stored(name, shape: Shape(oldShape))
    guard stored.shape == Shape(oldShape) else {
      throw FormatError(
        .shapeMismatch, file: path, context: "tensor \"\(name)\"", expected: "\(Shape(oldShape))",
        found: "\(stored.shape)")
    }
    let width = oldShape.dropFirst().reduce(1, *)
    let old = try stored.float32().toArray()
    return StoredTensor(name: name, Tensor(expanded(old, width: width, count: shape[0]), shape: shape))
  }

  private func expanded(_ old: [Float], width: Int, count: Int) -> [Float] {
    func mean(_ tokens: some Collection<Int>) -> [Float] {
      var sums = [Double](repeating: 0, count: width)
      for token in tokens {
        for column in 0..<width { sums[column] += Double(old[token * width + column]) }
      }
      return sums.map { Float($0 / Double(max(tokens.count, 1))) }
    }
    let all = mean(0..<rows.known)
    var result = old
    result.reserveCapacity(count * width)
    for _ in oldCount..<max(count, oldCount) { result += all }
    for (index, pieces) in rows.pieces.enumerated() {
      let start = (rows.known + index) * width
      result.replaceSubrange(start..<start + width, with: pieces.isEmpty ? all : mean(pieces))
    }
    return result
  }
}
