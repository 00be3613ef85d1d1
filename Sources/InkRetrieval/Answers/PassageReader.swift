/// Makes passages of results: widens them by their neighbours, joins those that overlap, keeps within a budget.
public struct PassageReader: Sendable {
  /// The most neighbouring pieces on either side.
  static let widest = 1_000

  private let store: any KnowledgeStore
  private let widening: Int
  private let budget: Int
  private let length: @Sendable (String) -> Int

  /// A reader.
  ///
  /// - Parameters:
  ///   - widening: neighbouring pieces on either side.
  ///   - budget: the most that all passages measure together; the first passage is always given.
  ///   - length: what a text measures: tokens of the model, or an estimate.
  public init(
    _ store: any KnowledgeStore, widening: Int, budget: Int, length: @escaping @Sendable (String) -> Int
  ) {
    self.store = store
    self.widening = min(max(widening, 0), PassageReader.widest)
    self.budget = budget
    self.length = length
  }

  /// The passages in the order of the results; one that others were joined to stands where the best of them stood. A
  /// result that would go beyond the budget with its neighbours is shown without them, or left out.
  public func passages(of results: [ScoredPiece]) async throws(RetrievalError) -> [Passage] {
    var shown = ShownPassages(budget: budget, length: length)
    var texts: [String: [UInt8]] = [:]
    for result in results {
      let alone = Passage(
        number: 0, found: result, range: result.piece.piece.range, text: result.piece.piece.text,
        page: result.piece.piece.page)
      if let wide = try await widened(alone, &texts), shown.add(wide, rule: .withinBudget) { continue }
      _ = shown.add(alone, rule: .firstAlways)
    }
    return shown.numbered
  }

  /// A passage from the beginning of its first neighbour to the end of its last.
  ///
  /// - Returns: nil where there are none, or where the document has been replaced or removed since it was searched.
  private func widened(
    _ passage: Passage, _ texts: inout [String: [UInt8]]
  ) async throws(RetrievalError) -> Passage? {
    guard widening > 0 else { return nil }
    let piece = passage.found.piece
    let positions = max(piece.position - widening, 0)..<(piece.position + widening + 1)
    let neighbours = try await store.pieces(ofDocument: piece.documentID, at: positions)
      .filter { $0.sha256 == piece.sha256 }.map(\.piece)
    var wide = passage
    for neighbour in neighbours {
      if neighbour.range.lowerBound < wide.range.lowerBound { wide.page = neighbour.page }
      wide.range =
        min(
          wide.range.lowerBound, neighbour.range.lowerBound)..<max(
          wide.range.upperBound, neighbour.range.upperBound)
    }
    guard wide.range != passage.range else { return nil }
    if texts[piece.document] == nil { texts[piece.document] = try await text(of: piece.document) }
    // The text is read later than the pieces: it counts only where it still says what was found.
    guard let bytes = texts[piece.document], wide.range.upperBound <= bytes.count,
      bytes[passage.range].elementsEqual(passage.text.utf8),
      let text = String(validating: bytes[wide.range], as: UTF8.self)
    else { return nil }
    wide.text = text
    return wide
  }

  private func text(of document: String) async throws(RetrievalError) -> [UInt8] {
    do { return Array(try await store.text(ofDocument: document).utf8) } catch {
      guard error.code == .notFound else { throw error }
      return []
    }
  }
}

/// The passages that are shown so far.
private struct ShownPassages {
  /// What may go beyond the budget.
  enum Rule {
    case withinBudget
    /// The first passage is shown whatever it measures.
    case firstAlways
  }

  let budget: Int
  let length: @Sendable (String) -> Int
  private var passages: [Passage] = []
  private var used = 0

  init(budget: Int, length: @escaping @Sendable (String) -> Int) {
    self.budget = budget
    self.length = length
  }

  /// The passages with the numbers they are cited by.
  var numbered: [Passage] {
    passages.enumerated().map { index, passage in
      var passage = passage
      passage.number = index + 1
      return passage
    }
  }

  /// Shows a passage, joined with those that it overlaps.
  ///
  /// - Returns: whether it is shown now.
  mutating func add(_ passage: Passage, rule: Rule) -> Bool {
    let overlapping = passages.indices.filter { passages[$0].overlaps(passage) }
    let whole = overlapping.reduce(passage) { $0.joined(with: passages[$1]) }
    if let only = overlapping.first, overlapping.count == 1, passages[only].range == whole.range { return true }
    let size = used + length(whole.text) - overlapping.reduce(0) { $0 + length(passages[$1].text) }
    switch rule {
    case .withinBudget: guard size <= budget else { return false }
    case .firstAlways: guard size <= budget || passages.isEmpty else { return false }
    }
    used = size
    guard let first = overlapping.first else {
      passages.append(whole)
      return true
    }
    var best = whole
    best.found = passages[first].found
    passages[first] = best
    for index in overlapping.dropFirst().reversed() { passages.remove(at: index) }
    return true
  }
}

extension Passage {
  fileprivate func overlaps(_ other: Passage) -> Bool {
    found.piece.documentID == other.found.piece.documentID && found.piece.sha256 == other.found.piece.sha256
      && range.overlaps(other.range)
  }

  /// One passage of two that overlap: both hold the same bytes where they do.
  fileprivate func joined(with other: Passage) -> Passage {
    let (first, second) = range.lowerBound <= other.range.lowerBound ? (self, other) : (other, self)
    var whole = first
    guard second.range.upperBound > first.range.upperBound else { return whole }
    let further = second.text.utf8.dropFirst(first.range.upperBound - second.range.lowerBound)
    whole.range = first.range.lowerBound..<second.range.upperBound
    whole.text = first.text + String(decoding: further, as: UTF8.self)
    return whole
  }
}
