/// What is fixed when a vector index is made.
public struct VectorSettings: Sendable, Hashable, Codable {
  /// How well two vectors fit. Scores are higher for what fits better.
  public enum Metric: String, Sendable, Hashable, Codable, CaseIterable {
    /// The cosine of the angle between the vectors, from -1 to 1. A vector of zeros has cosine 0 with all.
    case cosine
    /// The inner product.
    case innerProduct
    /// Minus the squared Euclidean distance, so that 0 is the best there is.
    case euclidean
  }

  /// What is kept of a vector, and so the memory that it takes.
  public enum Storage: Sendable, Hashable, Codable {
    /// Floats: four bytes an element.
    case float32
    /// Codes of 8 bits with a scale for the vector.
    case int8(rescoring: Rescoring)
  }

  /// What the scores of vectors kept as codes are made with.
  public enum Rescoring: String, Sendable, Hashable, Codable, CaseIterable {
    /// The codes and the query's floats: one byte an element in all.
    case none
    /// The floats, which are kept beside the codes: five bytes an element. Codes lead the search, which is several times
    /// faster than with floats alone; scores are those of floats.
    case float32
  }

  /// How the nearest vectors are found.
  public enum Kind: Sendable, Hashable, Codable {
    /// By looking at all of them: always exact.
    case flat
    /// By walks over a graph of near neighbours: hierarchical navigable small worlds (Malkov and Yashunin, "Efficient and
    /// robust approximate nearest neighbor search using Hierarchical Navigable Small World graphs", 2016).
    ///
    /// - `connections`: neighbours of a vector on the upper layers, twice as many on the lowest one (the paper's M).
    /// - `construction`: how many candidates a new vector's neighbours are chosen from (efConstruction).
    case hnsw(connections: Int = 16, construction: Int = 200)
  }

  /// Elements of a vector.
  public var dimension: Int
  /// How well two vectors fit.
  public var metric: Metric
  /// What is kept of a vector.
  public var storage: Storage
  /// How the nearest vectors are found.
  public var kind: Kind
  /// Chooses the layers that vectors stand on; the same seed and the same calls give the same index.
  public var seed: UInt64

  /// The most elements of a vector.
  public static let largestDimension = 65_536
  /// The most connections of a graph.
  public static let largestConnections = 128
  /// The most candidates that a new vector's neighbours are chosen from.
  public static let largestConstruction = 10_000

  /// Settings; they are checked when an index is made of them.
  public init(
    dimension: Int, metric: Metric = .cosine, storage: Storage = .int8(rescoring: .float32), kind: Kind = .hnsw(),
    seed: UInt64 = 0
  ) {
    self.dimension = dimension
    self.metric = metric
    self.storage = storage
    self.kind = kind
    self.seed = seed
  }

  func check() throws(IndexError) {
    try Self.check("dimension", dimension, within: 1...Self.largestDimension)
    guard case .hnsw(let connections, let construction) = kind else { return }
    try Self.check("connections", connections, within: 2...Self.largestConnections)
    try Self.check("construction", construction, within: 1...Self.largestConstruction)
  }

  private static func check(_ name: String, _ value: Int, within range: ClosedRange<Int>) throws(IndexError) {
    guard range.contains(value) else {
      throw IndexError(
        .invalidSetting, context: "settings of a vector index, \(name)",
        expected: "a number from \(range.lowerBound) to \(range.upperBound)", found: "\(value)")
    }
  }
}
