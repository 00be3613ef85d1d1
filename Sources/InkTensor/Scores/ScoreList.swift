import CInkKernels

/// What one term is worth in the documents that hold it: worked out once, then only added up.
///
/// A list in which many of the documents stand has a set of them too, so that one of them is found at once.
///
/// `@unchecked Sendable`: the memory is written in `init` alone.
package final class ScoreList: @unchecked Sendable {
  private let storage: Storage
  /// The list as the kernels read it, each score counted once.
  let kernel: ink_score_list

  /// Documents that hold the term.
  package var count: Int { kernel.count }

  /// One document in so many must hold a term for a set of them to be kept.
  private static let sparsest = 64

  /// A list.
  ///
  /// - Parameters:
  ///   - postings: ascending documents below `documentCount`, and how often each of them holds the term.
  ///   - lengths: how long each of all documents is, 4 bytes each, the lowest first.
  package init(
    _ postings: borrowing UnpackedPostings, lengths: RawSpan, documentCount: Int, _ curve: ScoreCurve,
    _ kernels: ScoreKernels
  ) {
    let count = postings.count
    let isDense = count > 8 && count >= documentCount / ScoreList.sparsest
    let words = isDense ? (documentCount + 63) / 64 : 0
    // In the order of their alignment: words of bits, then numbers of 4 bytes.
    let storage = Storage.allocate(byteCount: words * 12 + (Int(INK_SCORE_TOP) + count * 2) * 4)
    let bits = storage.base.assumingMemoryBound(to: UInt64.self)
    let ranks = (storage.base + words * 8).assumingMemoryBound(to: UInt32.self)
    let top = ranks + words
    let documents = top + Int(INK_SCORE_TOP)
    let scores = documents + count
    var topCount = 0
    postings.withPointers { held, frequencies in
      guard lengths.byteCount == documentCount * 4, count == 0 || Int(held[count - 1]) < documentCount else {
        trap("ScoreList", "a length for every document")
      }
      if count > 0 { documents.update(from: held, count: count) }
      var parameters = curve.kernel
      lengths.withUnsafeBytes { bytes in
        guard let base = bytes.baseAddress else { return }
        guard UInt(bitPattern: base) % 4 == 0 else { trap("ScoreList", "lengths at a multiple of 4 bytes") }
        kernels.call.worth(
          &parameters, held, frequencies, base.assumingMemoryBound(to: UInt32.self), count, scores)
      }
      topCount = kernels.call.top(scores, count, top)
    }
    if isDense {
      bits.update(repeating: 0, count: words)
      ink_score_set(documents, count, bits, ranks, words)
    }
    self.storage = storage
    kernel = ink_score_list(
      documents: documents, scores: scores, count: count, bits: isDense ? bits : nil, ranks: isDense ? ranks : nil,
      top: top, greatest: topCount > 0 ? top[0] : 0, top_count: UInt32(topCount), times: 1)
  }

  /// Bytes that it takes.
  package var byteCount: Int { storage.byteCount + ScoreList.overhead }

  /// Bytes that a list takes at most.
  package static func byteCount(postings: Int, documentCount: Int) -> Int {
    postings * 8 + (documentCount + 63) / 64 * 12 + Int(INK_SCORE_TOP) * 4 + overhead
  }

  /// The two objects, and what an allocation rounds up to.
  private static let overhead = 256
}
