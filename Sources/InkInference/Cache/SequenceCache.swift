package import InkTensor

/// One sequence's keys and values: which tokens they belong to, and the pages that hold them.
///
/// A value: a copy shares the full pages and is independent from then on, because the page that is still being filled
/// is copied before it is written again.
package struct SequenceCache: Sendable {
  /// The tokens whose keys and values are cached, from position 0.
  package private(set) var tokens: [Int32] = []
  private(set) var pages: [KeyValuePage] = []
  /// What all parts of the sequence are computed by; nil before the first.
  private(set) var plan: SequencePlan?
  private let layout: KeyValueLayout
  private let account: PageAccount?

  /// An empty cache for models with this layout; its pages are counted in the account.
  package init(layout: KeyValueLayout, account: PageAccount? = nil) {
    self.layout = layout
    self.account = account
  }

  /// The number of cached positions.
  package var length: Int { tokens.count }

  /// The bytes its pages take.
  package var byteCount: Int { pages.count * layout.pageByteCount }

  /// The bytes of one page.
  package var pageByteCount: Int { layout.pageByteCount }

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
    while pages.count < needed { pages.append(KeyValuePage(layout: layout, account: account)) }
    return AttentionSegment(
      rows: rows, firstPosition: first, pages: pages, arrangement: plan?.arrangement ?? .causal, extent: plan?.extent)
  }

  /// Takes over positions that another sequence has computed by the same plan, where this one ends.
  ///
  /// - Parameter page: holds the tokens from its first slot on, and may hold more behind them: it is copied before this
  ///   sequence writes to it.
  mutating func adopt(_ page: KeyValuePage, holding shared: ArraySlice<Int32>) {
    tokens.append(contentsOf: shared)
    pages.append(page)
  }

  /// Forgets everything from a position on.
  package mutating func truncate(to length: Int) {
    guard length < tokens.count else { return }
    tokens.removeSubrange(max(length, 0)...)
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
