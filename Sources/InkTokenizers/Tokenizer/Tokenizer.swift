/// Turns text into token ids and back.
///
/// A tokenizer does not change after it was loaded and may be used from any number of threads at once. Load one with
/// `init(gguf:)`, `init(tokenizerJSON:configuration:)`, `init(sentencePiece:)` or
/// `init(tiktokenRanks:pattern:specialTokens:)`.
///
/// ```swift
/// let tokenizer = try Tokenizer(tokenizerJSON: bytes)
/// let ids = tokenizer.encode("Hello world")
/// let text = try tokenizer.decode(ids)
/// ```
public final class Tokenizer: Sendable {
  let model: Model
  let addedTokens: AddedTokens
  let normalizer: Normalizer?
  let preTokenizer: PreTokenizer
  let postProcessor: PostProcessor
  let decoder: Decoder
  let spelling: Spelling
  let workspaces = WorkspacePool()
  let tokenTableStorage = TokenTableStorage()
  /// See `bytesOfLongestToken(_:)`.
  let bytesOfLongestToken: Int

  /// The tokens that begin, end and fill sequences.
  public let roles: SpecialTokenRoles
  /// The tokens after which a model has finished its answer.
  public let endOfGeneration: Set<TokenID>
  /// The rule for long sequences that the file carries; applied only when it is passed to `encoding`.
  public let truncation: Truncation?
  /// The rule for short sequences that the file carries; applied only when it is passed to `encoding`.
  public let padding: Padding?

  /// How a vocabulary file writes its tokens.
  enum Spelling: Sendable { case byteAlphabet, text, bytes }

  /// The parts of a tokenizer, as the loaders find them.
  struct Parts {
    var model: Model
    var addedTokens: [AddedToken] = []
    var normalizer: Normalizer?
    var preTokenizer: PreTokenizer
    var postProcessor = PostProcessor()
    var decoder: Decoder
    var spelling: Spelling
    var roles = SpecialTokenRoles()
    var truncation: Truncation?
    var padding: Padding?
  }

  init(_ parts: Parts) {
    model = parts.model
    addedTokens = AddedTokens(parts.addedTokens, normalizer: parts.normalizer)
    normalizer = parts.normalizer
    preTokenizer = parts.preTokenizer
    postProcessor = parts.postProcessor
    decoder = parts.decoder
    spelling = parts.spelling
    roles = parts.roles
    truncation = parts.truncation
    padding = parts.padding
    bytesOfLongestToken = Tokenizer.bytesOfLongestToken(parts)
    var endings: Set<TokenID> = []
    if let id = parts.roles.endOfSequence { endings.insert(id) }
    if let id = parts.roles.endOfTurn { endings.insert(id) }
    for content in SpecialTokenRoles.knownEndings {
      if let id = addedTokens.id(of: content), addedTokens.isSpecial(id) { endings.insert(id) }
    }
    endOfGeneration = endings
  }

  /// One more than the largest token id, so every id is below it.
  public var vocabularySize: Int {
    max(model.vocabulary.idLimit, (addedTokens.tokens.map { Int($0.id) + 1 }).max() ?? 0)
  }

  /// The tokens that are found in the text before the model sees it.
  public var addedTokenList: [AddedToken] { addedTokens.tokens }

  /// Whether `id` names a token.
  public func contains(_ id: TokenID) -> Bool {
    model.vocabulary.contains(id) || addedTokens.token(id) != nil
  }

  /// Whether `id` is a control token.
  public func isSpecial(_ id: TokenID) -> Bool { addedTokens.isSpecial(id) }

  /// The token as its file writes it (byte-level tokens in printable characters), or nil if there is none.
  public func piece(_ id: TokenID) -> String? {
    if let spelling = addedTokens.spelling(id) { return spelling }
    guard model.vocabulary.contains(id) else { return nil }
    let bytes = model.vocabulary.bytes[model.vocabulary.range(of: id)]
    switch spelling {
    case .byteAlphabet: return ByteAlphabet.encode(bytes)
    case .text, .bytes: return String(decoding: bytes, as: UTF8.self)
    }
  }

  /// The tokens as their file writes them.
  ///
  /// - Throws: `TokenizerError` if an id names no token.
  public func pieces(_ ids: [TokenID]) throws(TokenizerError) -> [String] {
    var result: [String] = []
    result.reserveCapacity(ids.count)
    for id in ids {
      guard let piece = piece(id) else { throw unknownToken(id) }
      result.append(piece)
    }
    return result
  }

  /// The id of a token given as its file writes it, or nil.
  public func id(ofPiece piece: String) -> TokenID? {
    if let id = addedTokens.id(of: piece) { return id }
    let bytes = Array(piece.utf8)
    switch spelling {
    case .byteAlphabet:
      guard let decoded = ByteAlphabet.decode(bytes) else { return nil }
      return model.vocabulary.id(of: decoded)
    case .text, .bytes: return model.vocabulary.id(of: bytes) ?? idOutsideText(bytes)
    }
  }

  /// The id of a token that text is never matched with, by the spelling of its byte or the name of the unknown.
  private func idOutsideText(_ piece: [UInt8]) -> TokenID? {
    let id: TokenID?
    if let byte = DecoderStep.fallbackByte(piece) {
      id = model.byteTokens?[Int(byte)]
    } else {
      id = roles.unknown
    }
    guard let id, model.vocabulary.contains(id) else { return nil }
    return model.vocabulary.bytes[model.vocabulary.range(of: id)].elementsEqual(piece) ? id : nil
  }

  /// Bytes that no token stands for. Text that holds them loses them, as with the reference libraries.
  public var unrepresentableBytes: [UInt8] {
    switch model {
    case .bytePair(let model):
      guard case .bytes = model.symbols else { return [] }
      return (UInt8.min...UInt8.max).filter { model.byteTokens[Int($0)] < 0 }
    case .scoredPair, .unigram, .wholePiece:
      let byteTokens = model.byteTokens
      return (UInt8.min...UInt8.max).filter { (byteTokens?[Int($0)] ?? -1) < 0 }
    case .longestMatch(let model): return (UInt8.min...UInt8.max).filter { !model.hasToken(ofByte: $0) }
    case .wordPiece, .wordLevel: return []
    }
  }

  func unknownToken(_ id: TokenID) -> TokenizerError {
    TokenizerError(
      .unknownTokenID, in: "token id \(id)", expected: "an id of this vocabulary, which ends below \(vocabularySize)",
      found: "an id that names no token",
      hint: "Check that the model and the tokenizer belong together; a model's padded rows must not be sampled.")
  }
}
