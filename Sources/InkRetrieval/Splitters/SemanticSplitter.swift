public import InkChat

/// Cuts a text where its sense turns: between neighbouring sentences whose embeddings are far apart.
///
/// Each sentence is embedded together with its neighbours; a distance above the given percentile of all distances of
/// the
/// document ends a piece (Kamradt, 5 Levels of Text Splitting, 2024). What is longer than a piece is cut further as
/// ``RecursiveSplitter`` does.
public struct SemanticSplitter: TextSplitter {
  /// How large pieces may be.
  public let size: PieceSize
  /// The percentile of distances, 0 to 100, above which a piece ends.
  public let percentile: Double
  private let embedder: any Embedder

  /// Sentences that are embedded by one call.
  private static let batch = 256
  /// Sentences on either side that are embedded with each.
  private static let neighbours = 1

  /// A splitter by an embedder's distances.
  ///
  /// - Throws: ``RetrievalError`` with code `invalidSetting` for a percentile outside 0 to 100.
  public init(_ size: PieceSize, embedder: any Embedder, percentile: Double = 95) throws(RetrievalError) {
    guard percentile >= 0, percentile <= 100 else {
      throw RetrievalError(
        .invalidSetting, context: "semantic splitting", expected: "a percentile from 0 to 100", found: "\(percentile)")
    }
    self.size = size
    self.embedder = embedder
    self.percentile = percentile
  }

  public func split(_ document: ExtractedText) async throws(RetrievalError) -> [Piece] {
    let cutter = try TextCutter(document, size: size)
    let source = cutter.source
    let sentences = SentenceSplitter.sentences(of: source).filter { !source.trimmed($0).isEmpty }
    guard let first = sentences.first, let last = sentences.last else { return [] }
    let distances = try await distances(between: sentences, in: source)
    let threshold = SemanticSplitter.percentile(percentile, of: distances)
    var pieces: [Piece] = []
    var start = first.lowerBound
    for (index, distance) in distances.enumerated() where distance > threshold {
      pieces += try cutter.pieces(in: start..<sentences[index + 1].lowerBound)
      start = sentences[index + 1].lowerBound
    }
    return pieces + (try cutter.pieces(in: start..<last.upperBound))
  }

  /// 1 minus the cosine of each sentence and the next.
  private func distances(
    between sentences: [Range<Int>], in source: TextBytes
  ) async throws(RetrievalError) -> [Double] {
    var distances: [Double] = []
    var previous: [Float]?
    var start = 0
    while start < sentences.count {
      let end = min(start + SemanticSplitter.batch, sentences.count)
      let texts = (start..<end).map { index in
        let lower = sentences[max(0, index - SemanticSplitter.neighbours)].lowerBound
        let upper = sentences[min(sentences.count - 1, index + SemanticSplitter.neighbours)].upperBound
        return String(source.substring(source.trimmed(lower..<upper)))
      }
      let vectors: [[Float]]
      do throws(GenerationError) { vectors = try await embedder.embed(texts, as: .comparison) } catch {
        throw RetrievalError(error, context: "semantic splitting")
      }
      guard vectors.count == texts.count else {
        throw RetrievalError(
          .model, context: "semantic splitting", expected: "\(texts.count) vectors", found: "\(vectors.count)")
      }
      for vector in vectors {
        if let previous { distances.append(1 - cosine(previous, vector)) }
        previous = vector
      }
      start = end
    }
    return distances
  }

  /// A percentile of values by linear interpolation between neighbours.
  private static func percentile(_ percentile: Double, of values: [Double]) -> Double {
    let sorted = values.sorted()
    guard let last = sorted.last else { return .infinity }
    let place = percentile / 100 * Double(sorted.count - 1)
    let lower = Int(place)
    guard lower + 1 < sorted.count else { return last }
    return sorted[lower] + (place - Double(lower)) * (sorted[lower + 1] - sorted[lower])
  }
}
