package import InkTensor

/// One sequence's keys and values: which tokens they belong to, and the pages that hold them.
///
/// A value: a copy shares the full pages and is independent from then on, because the page that is still being filled
/// is copied before it is written again.
package struct SequenceCache: Sendable {
  /// The tokens whose keys and values are cached, from position 0.
  package private(set) var tokens: [Int32] = []
  private(set) var pages: [KeyValuePage] = []
  /// The pictures whose rows are cached, in the order of their positions; the last may be cached in part.
  private(set) var pictures: [PromptPicture] = []
  /// What all parts of the sequence are computed by; nil before the first.
  private(set) var plan: SequencePlan?
  private let layout: KeyValueLayout

  /// An empty cache for models with this layout.
  package init(layout: KeyValueLayout) { self.layout = layout }

  /// The number of cached positions.
  package var length: Int { tokens.count }

  /// The bytes its pages take.
  package var byteCount: Int { pages.count * layout.pageByteCount }

  /// Takes a plan. What was computed by another one is forgotten.
  package mutating func follow(_ plan: SequencePlan) {
    if self.plan != plan { truncate(to: 0) }
    self.plan = plan
  }

  /// Makes room for more tokens and describes where they go.
  ///
  /// The caller computes them at once, in `rows` of its step; until then the cache must not be read past ``length``.
  package mutating func extend(by newTokens: ArraySlice<Int32>, rows: Range<Int>) -> AttentionSegment {
    let first = tokens.count
    if first % KeyValueLayout.tokensPerPage != 0, !isKnownUniquelyReferenced(&pages[pages.count - 1]) {
      pages[pages.count - 1] = KeyValuePage(copying: pages[pages.count - 1])
    }
    tokens.append(contentsOf: newTokens)
    let needed = (tokens.count + KeyValueLayout.tokensPerPage - 1) / KeyValueLayout.tokensPerPage
    while pages.count < needed { pages.append(KeyValuePage(layout: layout)) }
    return AttentionSegment(
      rows: rows, firstPosition: first, pages: pages, arrangement: plan?.arrangement ?? .causal, extent: plan?.extent)
  }

  /// Notes that positions which come next are rows of pictures, in the order of their positions.
  package mutating func expect(_ next: [PromptPicture]) {
    pictures.removeAll { $0.positions.lowerBound >= tokens.count }
    pictures.append(contentsOf: next.filter { $0.positions.lowerBound >= tokens.count })
  }

  /// Forgets everything from a position on.
  package mutating func truncate(to length: Int) {
    guard length < tokens.count else { return }
    tokens.removeSubrange(max(length, 0)...)
    pictures.removeAll { $0.positions.lowerBound >= tokens.count }
    let needed = (tokens.count + KeyValueLayout.tokensPerPage - 1) / KeyValueLayout.tokensPerPage
    pages.removeSubrange(needed...)
  }

  /// How many leading tokens of a prompt need not be computed again. Tokens that see each other are all there or none
  /// of them counts.
  package func commonPrefix(with prompt: [Int32]) -> Int {
    let shared = zip(tokens, prompt).prefix { $0 == $1 }.count
    return shared < plan?.arrangement.context ?? 0 ? 0 : shared
  }
}
