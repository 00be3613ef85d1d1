/// The rows of a step that belong to one sequence, and that sequence's cache.
package struct AttentionSegment: Sendable {
  /// The rows of the step.
  package let rows: Range<Int>
  /// The position of the first of these rows; the others follow one by one.
  package let firstPosition: Int
  /// The pages of the sequence from position 0, enough for its last key.
  package let pages: [KeyValuePage]
  /// The keys in the pages: up to the last row's, unless the pages are those of another sequence.
  package let keyCount: Int
  /// Who sees whom, and what counts as a position.
  package let arrangement: SequenceArrangement
  /// Positions the sequence is to have in the end: what rotations that depend on the length are computed for, so that
  /// they are the same for every part of it.
  package let extent: Int

  /// A segment; without an extent it is what the rows reach.
  package init(
    rows: Range<Int>, firstPosition: Int, pages: [KeyValuePage], arrangement: SequenceArrangement = .causal,
    extent: Int? = nil
  ) {
    self.rows = rows
    self.firstPosition = firstPosition
    self.pages = pages
    self.keyCount = firstPosition + rows.count
    self.arrangement = arrangement
    self.extent = max(extent ?? 0, firstPosition + rows.count)
  }

  /// A whole sequence whose keys and values no cache keeps.
  package init(wholeSequence rows: Range<Int>, arrangement: SequenceArrangement = .causal) {
    self.init(rows: rows, firstPosition: 0, pages: [], arrangement: arrangement)
  }

  /// Rows that look at the keys of another sequence (cross-attention).
  ///
  /// - Parameter keyCount: the number of that sequence's tokens.
  package init(rows: Range<Int>, over pages: [KeyValuePage], keyCount: Int) {
    self.init(rows: rows, over: pages, keyCount: keyCount, arrangement: .causal)
  }

  /// Rows from position 0 on that look at given keys, their own or another sequence's.
  init(rows: Range<Int>, over pages: [KeyValuePage], keyCount: Int, arrangement: SequenceArrangement) {
    self.rows = rows
    self.firstPosition = 0
    self.pages = pages
    self.keyCount = keyCount
    self.arrangement = arrangement
    self.extent = rows.count
  }

  /// Whether the pages reach the last key and hold all that the rows see.
  var isCovered: Bool {
    firstPosition >= 0 && keyCount >= 0 && pages.count * KeyValueLayout.tokensPerPage >= keyCount
      && arrangement.context <= keyCount
  }

  /// Whether the pages have a place for the keys of the rows.
  var hasRoom: Bool {
    firstPosition >= 0 && pages.count * KeyValueLayout.tokensPerPage >= firstPosition + rows.count
  }

  /// One past the last key that a query at `position` sees.
  func visibleEnd(of position: Int, under mask: AttentionMask) -> Int {
    switch mask {
    case .causal, .window: arrangement.end(of: position)
    case .bidirectional: keyCount
    }
  }

  /// The positions of the rows as the rotations count them.
  package var positions: [Int] {
    (firstPosition..<firstPosition + rows.count).map { arrangement.position(of: $0) }
  }

  /// The places of the rows inside the block that is being written, zero before it.
  package var blockPositions: [Int] {
    (firstPosition..<firstPosition + rows.count).map { arrangement.blockPosition(of: $0) }
  }
}

/// Who sees whom in a sequence, and what counts as a position.
package enum SequenceArrangement: Sendable, Hashable {
  /// Each sees those before it and itself.
  case causal
  /// The first `context` tokens see each other, the others all before them. Positions of the others stay at `mask`;
  /// what counts up for them is the place in their block, from 1 (Du et al., 2022, "GLM").
  case blankFilling(context: Int, mask: Int)
  /// The first tokens see each other, the others all before them; positions count on (Raffel et al., 2020, "prefix LM").
  case prefix(Int)

  /// Tokens that every token sees.
  package var context: Int {
    switch self {
    case .causal: 0
    case .blankFilling(let context, _), .prefix(let context): context
    }
  }

  /// One past the last position that a query at `position` sees.
  func end(of position: Int) -> Int { max(position + 1, context) }

  func position(of index: Int) -> Int {
    switch self {
    case .causal, .prefix: index
    case .blankFilling(let context, let mask): index < context ? index : mask
    }
  }

  func blockPosition(of index: Int) -> Int {
    switch self {
    case .causal, .prefix: 0
    case .blankFilling(let context, _): index < context ? 0 : index - context + 1
    }
  }
}
