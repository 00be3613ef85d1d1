import CInkKernels

/// What one term is worth in the documents that hold it: worked out once, then only added up.
///
/// A list in which many of the documents stand has a set of them too, so that one of them is found at once.
package final class ScoreList: Sendable {
  private let documents: [UInt32]
  private let scores: [Int64]
  private let bits: [UInt64]
  private let ranks: [UInt32]
  private let top: [Int64]

  /// Documents that hold the term.
  package var count: Int { documents.count }
  /// The greatest score, 0 for a list without documents.
  package var greatest: Int64 { top.first ?? 0 }

  /// One document in so many must hold a term for a set of them to be kept.
  private static let sparsest = 64
  /// The best scores that are kept in order.
  private static let topCount = 16

  /// A list.
  ///
  /// - Parameters:
  ///   - documents: ascending, below `documentCount`.
  ///   - frequencies: how often each of them holds the term.
  ///   - lengths: how long each of them is.
  package init(
    documents: [UInt32], frequencies: [UInt32], lengths: [UInt32], documentCount: Int, _ curve: ScoreCurve,
    _ kernels: ScoreKernels
  ) {
    let count = documents.count
    guard frequencies.count == count, lengths.count == count, documents.last.map({ Int($0) < documentCount }) ?? true
    else { trap("ScoreList", "frequencies and lengths for every document") }
    var parameters = curve.kernel
    let scores = [Int64](unsafeUninitializedCapacity: count) { buffer, initialized in
      if let base = buffer.baseAddress { kernels.call.worth(&parameters, frequencies, lengths, count, base) }
      initialized = count
    }
    var heap = [Int64](repeating: 0, count: min(ScoreList.topCount, count))
    _ = ink_score_ranked(scores, count, heap.count, &heap)
    self.documents = documents
    self.scores = scores
    top = heap.sorted(by: >)
    (bits, ranks) = ScoreList.set(of: documents, documentCount: documentCount)
  }

  private static func set(of documents: [UInt32], documentCount: Int) -> (bits: [UInt64], ranks: [UInt32]) {
    guard documents.count >= documentCount / sparsest, documents.count > 8 else { return ([], []) }
    var bits = [UInt64](repeating: 0, count: (documentCount + 63) / 64)
    for document in documents { bits[Int(document >> 6)] |= 1 << UInt64(document & 63) }
    var before: UInt32 = 0
    let ranks = bits.map { word in
      defer { before += UInt32(word.nonzeroBitCount) }
      return before
    }
    return (bits, ranks)
  }

  /// A score that so many of the documents reach; 0 if that is not known.
  package func score(ofRank rank: Int) -> Int64 { rank >= 1 && rank <= top.count ? top[rank - 1] : 0 }

  /// Bytes that it takes.
  package var byteCount: Int { ScoreList.byteCount(postings: count, documentCount: bits.count * 64) }

  /// Bytes that a list takes at most.
  package static func byteCount(postings: Int, documentCount: Int) -> Int {
    postings * 12 + documentCount / 64 * 12 + topCount * 8 + 256
  }

  /// The places of the documents below a limit, from a place on.
  package func places(from start: Int, below document: Int) -> Range<Int> {
    guard start >= 0, start < count, document > 0 else { return count..<count }
    guard document <= Int(documents[count - 1]) else { return start..<count }
    return start..<ink_score_lower_bound(documents, start, count, UInt32(document))
  }

  @inline(__always)
  func withKernel<Result>(_ body: (UnsafePointer<ink_score_list>) -> Result) -> Result {
    documents.withUnsafeBufferPointer { documents in
      scores.withUnsafeBufferPointer { scores in
        bits.withUnsafeBufferPointer { bits in
          ranks.withUnsafeBufferPointer { ranks in
            var list = ink_score_list(
              documents: documents.baseAddress, scores: scores.baseAddress, count: count,
              bits: bits.isEmpty ? nil : bits.baseAddress, ranks: ranks.isEmpty ? nil : ranks.baseAddress)
            return withUnsafePointer(to: &list, body)
          }
        }
      }
    }
  }
}
