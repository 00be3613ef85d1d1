/// Makes a model, a normalizer and a decoder of the content of a SentencePiece file, as the library itself does.
struct SentencePieceLoader {
  let model: SentencePieceModel
  /// The file's name, for messages.
  let name: String
  /// The id of each piece: its place in the file unless a convention moves it.
  let ids: [TokenID]

  /// By piece, so that conventions can ask.
  private(set) var unknown: Int?
  private var vocabulary = Vocabulary(count: 0, idLimit: 0, byteCount: 0)
  private var byteTokens = [TokenID](repeating: -1, count: 256)

  init(
    _ model: SentencePieceModel, name: String, id: (Int) -> TokenID = { TokenID($0) }
  ) throws(TokenizerError) {
    self.model = model
    self.name = name
    ids = (0..<model.count).map(id)
    try readPieces()
  }

  /// The longest piece that the library reads.
  private static let longestPiece = 8000

  // MARK: Pieces

  private mutating func readPieces() throws(TokenizerError) {
    let idLimit = Int(ids.max() ?? 0) + 1
    vocabulary = Vocabulary(count: model.count, idLimit: idLimit, byteCount: model.pieces.bytes.count)
    for piece in 0..<model.count {
      try check(piece)
      vocabulary.store(model.pieces[piece], id: ids[piece])
    }
    try checkKinds()
    var isFindable = [Bool](repeating: false, count: idLimit)
    for piece in 0..<model.count where isInText(piece) { isFindable[Int(ids[piece])] = true }
    vocabulary.seal()
    if let (first, second) = vocabulary.index(where: { isFindable[Int($0)] }) {
      throw invalid("ids \(first) and \(second)", "every piece once", "the same piece twice")
    }
  }

  private func check(_ piece: Int) throws(TokenizerError) {
    let text = model.pieces[piece]
    guard !text.isEmpty, text.count < Self.longestPiece else {
      throw invalid("piece \(piece)", "1 to \(Self.longestPiece - 1) bytes", "\(text.count)")
    }
    if text.contains(0), !isStrayZero(piece) {
      throw invalid("piece \(piece)", "text without zero bytes", "a zero byte")
    }
    let score = model.scores[piece]
    if !score.isFinite { throw invalid("the score of piece \(piece)", "a number", "\(score)") }
  }

  /// A zero byte as a piece of its own, which converters write by mistake: the library leaves it out.
  private func isStrayZero(_ piece: Int) -> Bool {
    model.pieces[piece].elementsEqual(CollectionOfOne(0))
      && (model.types[piece] == .unused || model.trainer.unknownCharacters == .bytes)
  }

  /// Whether text can hold the piece.
  private func isInText(_ piece: Int) -> Bool {
    switch model.types[piece] {
    case .normal, .userDefined, .unused: !isStrayZero(piece)
    case .unknown, .control, .byte: false
    }
  }

  private mutating func checkKinds() throws(TokenizerError) {
    let fallsBack = model.trainer.unknownCharacters == .bytes
    for piece in 0..<model.count {
      switch model.types[piece] {
      case .unknown:
        if let unknown { throw invalid("piece \(piece)", "one unknown piece", "a second one after \(unknown)") }
        unknown = piece
      case .byte:
        guard fallsBack, let byte = DecoderStep.fallbackByte(model.pieces[piece]) else {
          throw invalid(
            "piece \(piece)", fallsBack ? "a byte as <0xNN>" : "no byte pieces without byte_fallback",
            "\"\(model.piece(piece) ?? "")\"")
        }
        byteTokens[Int(byte)] = ids[piece]
      case .normal, .control, .userDefined, .unused: break
      }
    }
    if unknown == nil, !fallsBack { throw invalid("pieces", "an unknown piece", "none") }
    if fallsBack, let missing = byteTokens.firstIndex(of: -1) {
      throw invalid("pieces", "a piece for each byte, as byte_fallback says", "none for byte \(missing)")
    }
  }

  private func invalid(_ place: String, _ expected: String, _ found: String) -> TokenizerError {
    TokenizerError(
      .invalidVocabulary, in: "\(name), \(place)", expected: expected, found: found,
      hint: "The file is damaged or was changed by a faulty tool: fetch it again.")
  }

  // MARK: Parts

  /// The id of a piece by its text, among all kinds of pieces; of two the first.
  func id(of text: String) -> TokenID? {
    let bytes = Array(text.utf8)
    if let id = vocabulary.id(of: bytes) { return id }
    return (0..<model.count).first { !isInText($0) && model.pieces[$0].elementsEqual(bytes) }.map { ids[$0] }
  }

  /// The parts of a tokenizer that does what the library does. Control pieces are special tokens.
  func parts() throws(TokenizerError) -> Tokenizer.Parts {
    let userDefined = Set((0..<model.count).filter { model.types[$0] == .userDefined }.map { ids[$0] })
    let untouched = userDefined.isEmpty ? PieceTrie() : PieceTrie(vocabulary) { userDefined.contains($0) }
    let side = model.trainer.spaceSide
    let normalizer = try SentencePieceNormalizer(
      model.normalizer, spaceSide: side, untouched: untouched, name: "\(name), normalizer_spec")
    let (encoder, scanner) = encoder(userDefined, untouched)
    var parts = Tokenizer.Parts(
      model: encoder, preTokenizer: PreTokenizer(scanner: scanner), decoder: .sentencePiece(try decoder()),
      spelling: .text)
    parts.normalizer = .sentencePiece(normalizer)
    for piece in 0..<model.count where model.types[piece] == .control {
      parts.addedTokens.append(AddedToken(id: ids[piece], content: model.piece(piece) ?? ""))
    }
    func control(_ text: String) -> TokenID? {
      (0..<model.count).first { model.types[$0] == .control && model.piece($0) == text }.map { ids[$0] }
    }
    parts.roles = SpecialTokenRoles(
      beginningOfSequence: control(model.trainer.beginningPiece), endOfSequence: control(model.trainer.endPiece),
      unknown: unknown.map { ids[$0] }, padding: control(model.trainer.paddingPiece))
    return parts
  }

  private func encoder(_ userDefined: Set<TokenID>, _ frozen: PieceTrie) -> (Model, FusedScanner) {
    let unknown = unknown.map { ids[$0] }
    let unused = Set((0..<model.count).filter { model.types[$0] == .unused }.map { ids[$0] })
    let fallback = model.trainer.unknownCharacters == .bytes ? byteTokens : nil
    switch model.trainer.algorithm {
    case .bytePair:
      let encoder = ScoredPairModel(
        vocabulary: vocabulary, scores: scoresByID(), byteTokens: byteTokens, unknown: unknown,
        userDefined: userDefined, unused: unused)
      return (.scoredPair(encoder), encoder.tokensCrossSpaces ? .none : .visibleSpaces)
    case .unigram: return (.unigram(unigram(userDefined, unused, fallback)), .none)
    case .word:
      return (
        .wholePiece(
          WholePieceModel(
            vocabulary: without(unused), unit: .words, byteTokens: fallback, unknown: unknown)), .none
      )
    case .character:
      return (
        .wholePiece(
          WholePieceModel(
            vocabulary: without(unused), unit: .characters(frozen), byteTokens: fallback, unknown: unknown)), .none
      )
    }
  }

  private func scoresByID() -> [Float] {
    var scores = [Float](repeating: 0, count: vocabulary.idLimit)
    for piece in 0..<model.count { scores[Int(ids[piece])] = model.scores[piece] }
    return scores
  }

  private func unigram(_ userDefined: Set<TokenID>, _ unused: Set<TokenID>, _ fallback: [TokenID]?) -> UnigramModel {
    var scores = scoresByID().map { Double($0) }
    var least = Float.greatestFiniteMagnitude
    for piece in 0..<model.count {
      switch model.types[piece] {
      case .normal: least = min(least, model.scores[piece])
      case .userDefined:
        // The longer, the better, and always better than what it is made of.
        scores[Int(ids[piece])] = Double(Float(0.1 * Double(model.pieces[piece].count - 1)))
      case .unknown, .control, .unused, .byte: break
      }
    }
    var isFindable = [Bool](repeating: false, count: vocabulary.idLimit)
    for piece in 0..<model.count where isInText(piece) && model.types[piece] != .unused {
      isFindable[Int(ids[piece])] = true
    }
    return UnigramModel(
      vocabulary: vocabulary, trie: PieceTrie(vocabulary) { isFindable[Int($0)] }, scores: scores,
      byteTokens: fallback, unknown: unknown.map { ids[$0] },
      unknownScore: Double(least - Float(UnigramModel.unknownPenalty)), rules: .singlePrecision,
      unknownRuns: .bytesOrOneToken)
  }

  /// The vocabulary with some tokens that are not found in text any more.
  private func without(_ tokens: Set<TokenID>) -> Vocabulary {
    guard !tokens.isEmpty else { return vocabulary }
    var smaller = Vocabulary(
      count: model.count, idLimit: vocabulary.idLimit, byteCount: model.pieces.bytes.count)
    var isFindable = [Bool](repeating: false, count: vocabulary.idLimit)
    for piece in 0..<model.count {
      smaller.store(model.pieces[piece], id: ids[piece])
      isFindable[Int(ids[piece])] = isInText(piece) && !tokens.contains(ids[piece])
    }
    smaller.seal()
    _ = smaller.index { isFindable[Int($0)] }
    return smaller
  }

  private func decoder() throws(TokenizerError) -> SentencePieceDecoder {
    var kinds = [SentencePieceDecoder.Kind](repeating: .text, count: vocabulary.idLimit)
    for piece in 0..<model.count {
      switch model.types[piece] {
      case .normal, .userDefined, .unused: break
      case .control: kinds[Int(ids[piece])] = .control
      case .unknown: kinds[Int(ids[piece])] = .unknown
      case .byte: kinds[Int(ids[piece])] = .byte(DecoderStep.fallbackByte(model.pieces[piece]) ?? 0)
      }
    }
    let leading: SentencePieceDecoder.LeadingSpaces =
      switch (model.normalizer.spaces, model.normalizer.dummyPrefix) {
      case (.collapsed, _): .allRemoved
      case (.kept, .added): .oneRemoved
      case (.kept, .absent): .kept
      }
    var decoder = SentencePieceDecoder(
      kinds: kinds, unknownSurface: Array(model.trainer.unknownSurface.utf8), leadingSpaces: leading)
    if let specification = model.denormalizer, !specification.characterMap.isEmpty {
      decoder.denormalizer = try SentencePieceNormalizer(
        specification, spaceSide: .start, untouched: PieceTrie(), name: "\(name), denormalizer_spec")
    }
    return decoder
  }
}
