import InkTensor

/// A sequence that an engine computes: what is known of it, and the pages of what is cached.
struct CachedSequence {
  let origin: PrefixCache.Origin
  let pictures: [PromptPicture]
  /// Known tokens: the prompt and what was given out.
  private(set) var tokens: [Int32]
  /// Rows that stand in place of tokens of pictures, once they were computed.
  var pictureRows: [SequenceRows]?
  var cache: SequenceCache
  /// The kept page that the sequence's own whole pages follow, as far as they are kept.
  private var node: PrefixCache.Node?
  private var keptPages = 0
  /// Tokens that were taken over from other sequences.
  private(set) var reused = 0
  /// The first position whose logits are wanted: what lies before it may come from the cache.
  private let firstWanted: Int

  init(prompt: ModelPrompt, origin: PrefixCache.Origin, cache: SequenceCache, firstWanted: Int) {
    self.origin = origin
    self.pictures = prompt.pictures
    self.tokens = prompt.tokens
    self.cache = cache
    self.firstWanted = firstWanted
    self.cache.follow(origin.plan)
  }

  /// Takes note of tokens that were given out, of which so many had been guessed and computed; what was computed of
  /// wrong guesses is forgotten.
  mutating func accept(_ given: ArraySlice<Int32>, guessed: Int) {
    cache.truncate(to: tokens.count + guessed)
    tokens += given
  }

  /// Tokens to compute: known ones behind the cached, then guesses, and those of the guesses that have a place.
  func next(_ count: Int, guesses: [Int32]) -> (tokens: [Int32], guesses: [Int32]) {
    let known = tokens[cache.length..<min(cache.length + count, tokens.count)]
    let used = Array(guesses.prefix(count - known.count))
    return (known + used, used)
  }

  /// Takes over what is kept of sequences that begin alike.
  mutating func reuse(from kept: PrefixCache) {
    let size = KeyValueLayout.tokensPerPage
    // Where the sequence has a page of its own that is not full, there is nothing to gain.
    guard origin.isShareable, cache.length % size == 0, keptPages == cache.length / size else { return }
    let limit = min(tokens.count - 1, firstWanted) - cache.length
    guard limit > 0 else { return }
    let before = cache.length
    let match = kept.match(
      from: node ?? kept.root(of: origin), contents: contents(from: cache.length, to: tokens.count), limit: limit)
    for page in match.pages { cache.adopt(page, holding: tokens[cache.length..<cache.length + size]) }
    node = match.node
    keptPages += match.pages.count
    if let part = match.part { cache.adopt(part.page, holding: tokens[cache.length..<cache.length + part.tokens]) }
    reused += cache.length - before
  }

  /// Keeps the whole pages that were computed since the last time; with the end, the page that is not full too.
  mutating func keep(in kept: PrefixCache, atEnd isEnded: Bool) {
    guard origin.isShareable else { return }
    let size = KeyValueLayout.tokensPerPage
    let end = isEnded ? cache.length : cache.length / size * size
    for content in contents(from: keptPages * size, to: end) {
      node = kept.insert(cache.pages[keptPages], content, behind: node ?? kept.root(of: origin))
      keptPages += 1
    }
  }

  /// Gives back all pages; the sequence is computed again from its first token.
  mutating func release() {
    cache.truncate(to: 0)
    node = nil
    pictureRows = nil
    keptPages = 0
    reused = 0
  }

  /// What the pages of positions hold, the last one perhaps in part. `start` is where a page begins.
  private func contents(from start: Int, to end: Int) -> [PrefixCache.Content] {
    stride(from: start, to: end, by: KeyValueLayout.tokensPerPage).map { first in
      let positions = first..<min(first + KeyValueLayout.tokensPerPage, end)
      return PrefixCache.Content(
        start: first, tokens: Array(tokens[positions]), pictures: pictures.filter { $0.positions.overlaps(positions) })
    }
  }
}

extension PrefixCache.Origin {
  /// Whether a page depends on nothing but the tokens up to its end: not where a prompt's tokens see those behind them.
  fileprivate var isShareable: Bool { plan.arrangement == .causal }
}
