/// What each stage of a search gave, for those who want to see why a result stands where it stands.
public struct SearchTrace: Sendable, Hashable {
  /// A stage and its results.
  public struct Entry: Sendable, Hashable {
    /// The stage.
    public var stage: Stage
    /// What it gave, best first.
    public var results: [ScoredPiece]
  }

  /// What a search does in turn.
  public enum Stage: String, Sendable, Hashable, Codable {
    case keyword, vector, fusion, threshold, decay, reranking, diversity
  }

  /// The stages in the order they ran.
  public private(set) var entries: [Entry] = []

  /// What a person should know of the search, each once.
  public private(set) var notes: [SearchNote] = []

  mutating func note(_ note: SearchNote) {
    if !notes.contains(note) { notes.append(note) }
  }

  mutating func note(_ stage: Stage, _ results: [ScoredPiece]) {
    entries.append(Entry(stage: stage, results: results))
  }
}
