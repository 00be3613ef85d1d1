import InkTensor

extension VectorIndex {
  /// The most threads that an index can be given.
  public static let mostThreads = 1_024

  /// An empty index that computes on threads of its own.
  ///
  /// - Parameter threads: how many; nil for one a processor. No result depends on it.
  /// - Throws: `invalidSetting`.
  public convenience init(_ settings: VectorSettings, threads: Int?) throws(IndexError) {
    try self.init(settings, cpu: Self.cpu(threads))
  }

  /// Opens an index that computes on threads of its own; see ``open(_:cpu:)``.
  ///
  /// - Parameter threads: how many; nil for one a processor. No result depends on it.
  /// - Throws: `file`, `damaged`, `unsupported`; `invalidSetting` for a number of threads that cannot be.
  public static func open(_ path: String, threads: Int?) throws(IndexError) -> VectorIndex {
    try open(path, cpu: try cpu(threads))
  }

  private static func cpu(_ threads: Int?) throws(IndexError) -> CPU {
    guard let threads else { return CPU() }
    guard (1...mostThreads).contains(threads) else {
      throw IndexError(
        .invalidSetting, context: "threads of a vector index", expected: "1 to \(mostThreads)", found: "\(threads)")
    }
    return CPU(threads: threads)
  }
}
