import Synchronization

/// Holds an answer to a grammar, token by token.
///
/// A constraint is a value: a copy is a snapshot that costs next to nothing, which is how tokens are tried ahead and taken
/// back. Copies share what they learn about the grammar. Keep the first one of a schema and give each request its own
/// `restarted()`: then masks that one request has computed are ready for the next.
///
/// ```swift
/// var constraint = try TokenConstraint(grammar, table: try tokenizer.tokenTable(), endTokens: tokenizer.endOfGeneration)
/// try constraint.requireRoom(for: maximumTokens)
/// while !constraint.isFinished, left > 0 {
///   let mask = try constraint.mask(remaining: left)
///   let token = sample(logits, mask)
///   if endTokens.contains(token) { break }
///   try constraint.accept(token)
///   left -= 1
/// }
/// ```
///
/// `mask(remaining:)` permits a token only if the answer can still be completed with the tokens that are left, so an
/// answer that ends at its limit is valid too.
public struct TokenConstraint: Sendable {
  private let shared: SharedWalker
  private let beginning: TextPlace
  private var situation: ParseMachine.Situation
  private var place: TextPlace
  private var end: End
  /// The tokens of a completion that is known to fit, the next one last.
  private var plan: [TokenID] = []

  private enum End: Sendable { case open, complete, finished }

  /// Begins to follow a grammar.
  ///
  /// - Parameters:
  ///   - grammar: what the whole answer must be.
  ///   - table: the tokens of the vocabulary.
  ///   - endTokens: the tokens that end an answer; they are permitted where the answer is complete.
  ///   - place: whether the answer is the beginning of a text for the detokenizer (its first token may lose a space).
  /// - Throws: `GrammarError` if following the grammar exceeds the limits of ambiguity.
  public init(
    _ grammar: Grammar, table: TokenTable, endTokens: Set<TokenID>, at place: TextPlace = .opening
  ) throws(GrammarError) {
    try self.init(SharedWalker(grammar, table, endTokens), place)
  }

  private init(_ shared: SharedWalker, _ place: TextPlace) throws(GrammarError) {
    self.shared = shared
    beginning = place
    self.place = place
    (situation, end) = try shared.walker.withLock { (walker) throws(GrammarError) in
      try walker.machine.checkWork()
      return (walker.machine.start, Self.end(walker.machine.start, walker.machine))
    }
  }

  /// A constraint before its first token that shares what was learned.
  ///
  /// - Throws: as the initializer.
  public func restarted() throws(GrammarError) -> TokenConstraint {
    let isLarge = shared.walker.withLock { $0.machine.isLarge }
    return try TokenConstraint(isLarge ? SharedWalker(of: shared) : shared, beginning)
  }

  /// Whether the answer could end here.
  public var isComplete: Bool { end != .open }

  /// Whether nothing can follow.
  public var isFinished: Bool { end == .finished }

  /// The tokens that may come next: exactly those whose bytes lead to the beginning of some text of the grammar.
  ///
  /// - Throws: `GrammarError` if the vocabulary has no token that goes on, or at the limits of ambiguity.
  public mutating func mask() throws(GrammarError) -> TokenMask {
    let (situation, place) = (situation, place)
    let mask = try shared.walker.withLock { (walker) throws(GrammarError) in try walker.mask(situation, at: place) }
    return try withEndTokens(mask)
  }

  /// The tokens that may come next if `remaining` are left, the end token not counted: those after which the answer can
  /// still be completed.
  ///
  /// - Throws: `GrammarError` if so few tokens cannot complete the answer, which does not happen from one call to the next
  ///   while `remaining` falls by one with each token; and as `mask()`.
  public mutating func mask(remaining: Int) throws(GrammarError) -> TokenMask {
    guard remaining > 0 else {
      guard isComplete else { throw tooFew(remaining) }
      return try withEndTokens(TokenMask(vocabularySize: shared.table.vocabularySize))
    }
    let (situation, place, known) = (situation, place, plan)
    let found = try shared.walker.withLock { (walker) throws(GrammarError) in
      try walker.mask(situation, at: place, remaining: remaining, plan: known)
    }
    guard let found else { throw tooFew(remaining) }
    plan = found.plan
    return try withEndTokens(found.mask)
  }

  /// Takes the token that was chosen. After an error the constraint is unchanged.
  ///
  /// - Throws: `GrammarError` if the token is not permitted here. An end token is, where the answer is complete; it
  ///   changes nothing but that nothing can follow.
  public mutating func accept(_ token: TokenID) throws(GrammarError) {
    if shared.endTokens.contains(token) {
      guard isComplete else { throw forbidden(token) }
      end = .finished
      situation = ParseMachine.finished
      return
    }
    let (before, position) = (situation, place)
    let (next, end) = try shared.walker.withLock { (walker) throws(GrammarError) in
      let next = try walker.situation(after: token, at: position, in: before)
      return (next, Self.end(next, walker.machine))
    }
    guard next != ParseMachine.dead else { throw forbidden(token) }
    situation = next
    place = .inside
    self.end = end
    if plan.last == token { plan.removeLast() } else { plan = [] }
  }

  /// The tokens that a shortest answer takes from here, the end token not counted.
  ///
  /// - Throws: `GrammarError` if the vocabulary cannot spell it.
  public func tokensToComplete() throws(GrammarError) -> Int {
    let (situation, place) = (situation, place)
    guard let tokens = shared.walker.withLock({ $0.completion(of: situation, at: place) }) else {
      throw GrammarError(
        .unsuitableVocabulary, in: "vocabulary", expected: "tokens for all characters of the shortest answer",
        found: "a character without one", hint: "Use a model whose vocabulary has tokens for single bytes.")
    }
    return plan.isEmpty ? tokens.count : min(plan.count, tokens.count)
  }

  /// Makes sure that some answer fits.
  ///
  /// - Parameter maximumTokens: the tokens that the answer may take, the end token not counted.
  /// - Throws: `GrammarError` that says how many are needed.
  public func requireRoom(for maximumTokens: Int) throws(GrammarError) {
    if try tokensToComplete() > maximumTokens { throw tooFew(maximumTokens) }
  }

  // MARK: Ends and errors

  /// End tokens never count as text; they are permitted where the answer is complete.
  private func withEndTokens(_ mask: TokenMask) throws(GrammarError) -> TokenMask {
    var mask = mask
    for token in shared.endTokens { mask.remove(token) }
    if isComplete {
      for token in shared.endTokens where token >= 0 && Int(token) < mask.vocabularySize { mask.insert(token) }
    } else if mask.isEmpty {
      throw GrammarError(
        .unsuitableVocabulary, in: "answer", expected: "a token that goes on with the text", found: "none",
        hint: "The vocabulary cannot write what the grammar demands; use a model with tokens for single bytes.")
    }
    return mask
  }

  private func tooFew(_ remaining: Int) -> GrammarError {
    let needed = (try? tokensToComplete()).map { "\($0) tokens, which the shortest answer takes" }
    return GrammarError(
      .tooFewTokens, in: "length of the answer", expected: "at least \(needed ?? "as many tokens as it takes")",
      found: "\(max(0, remaining))", hint: "Raise the limit of tokens, or ask for less in the schema or grammar.")
  }

  private func forbidden(_ token: TokenID) -> GrammarError {
    let text = String(decoding: shared.table.bytes(of: token, at: place), as: UTF8.self)
    return GrammarError(
      .forbiddenToken, in: "token id \(token)", expected: "a token that the grammar permits here",
      found: text.isEmpty ? "a token without text" : "\"\(text)\"", hint: "Choose tokens by the mask.")
  }

  private static func end(_ situation: ParseMachine.Situation, _ machine: ParseMachine) -> End {
    machine.isFinished(situation) ? .finished : machine.isComplete(situation) ? .complete : .open
  }
}

/// What all constraints of one grammar and vocabulary share.
private final class SharedWalker: Sendable {
  let grammar: Grammar
  let table: TokenTable
  let endTokens: Set<TokenID>
  let walker: Mutex<TokenWalker>

  init(_ grammar: Grammar, _ table: TokenTable, _ endTokens: Set<TokenID>) {
    self.grammar = grammar
    self.table = table
    self.endTokens = endTokens
    walker = Mutex(TokenWalker(grammar, table))
  }

  /// The same with nothing learned.
  convenience init(of other: SharedWalker) {
    self.init(other.grammar, other.table, other.endTokens)
  }
}
