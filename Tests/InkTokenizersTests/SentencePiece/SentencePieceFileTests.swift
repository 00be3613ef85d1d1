import InkTokenizers
import Testing

@Suite("SentencePiece files")
struct SentencePieceFileTests {
  /// A model with every type of piece.
  static func model(_ algorithm: SentencePieceModel.Algorithm = .bytePair) -> SentencePieceModel {
    var model = SentencePieceModel()
    model.append("<unk>", score: 0, type: .unknown)
    model.append("<s>", score: 0, type: .control)
    model.append("</s>", score: 0, type: .control)
    model.append("<tool>", score: 0, type: .userDefined)
    for (index, piece) in ["\u{2581}", "a", "b", "ab", "\u{2581}a", "\u{2581}ab", "中"].enumerated() {
      // Unigram models prefer the longest piece here, byte-pair models the order of the list.
      model.append(piece, score: algorithm == .unigram ? Float(piece.unicodeScalars.count) - 10 : -Float(index + 1))
    }
    model.append("abab", score: -0.5, type: .unused)
    model.trainer.algorithm = algorithm
    return model
  }

  @Test("what is written is what is read", arguments: [SentencePieceModel.Algorithm.unigram, .bytePair])
  func roundTrip(algorithm: SentencePieceModel.Algorithm) throws {
    var model = Self.model(algorithm)
    model.normalizer.spaces = .kept
    model.trainer.unknownSurface = "?"
    let read = try SentencePieceModel(model.serialized())
    #expect(read == model)
    #expect(read.trainer.algorithm == algorithm)
    #expect(read.normalizer.spaces == .kept)
    #expect(read.normalizer.dummyPrefix == .added)
    #expect(try Tokenizer(sentencePiece: read).decode([0]) == "?")
  }

  @Test("fields that are not known are kept")
  func unknownFields() throws {
    var bytes = Self.model().serialized()
    // Field 200 as a number, field 201 as text, and a piece with a field 15.
    bytes += [0xC0, 0x0C, 0x2A, 0xCA, 0x0C, 0x02, 0x68, 0x69]
    bytes += [0x0A, 0x0A, 0x0A, 0x01, 0x7A, 0x15, 0x00, 0x00, 0x80, 0xBF, 0x78, 0x01]
    let model = try SentencePieceModel(bytes)
    #expect(model.piece(model.count - 1) == "z")
    let written = model.serialized()
    #expect(written.count == bytes.count)
    #expect(try SentencePieceModel(written) == model)
    #expect(written.suffix(8) == [0xC0, 0x0C, 0x2A, 0xCA, 0x0C, 0x02, 0x68, 0x69])
  }

  @Test(
    "a vocabulary that contradicts itself is refused",
    arguments: [
      ("a", SentencePieceModel.PieceType.normal), ("<unk2>", .unknown), ("", .normal), ("a\0", .normal),
      ("<0x41>", .byte),
    ])
  func contradictions(piece: String, type: SentencePieceModel.PieceType) {
    var model = Self.model()
    model.append(piece, score: 0, type: type)
    let error = #expect(throws: TokenizerError.self) { try Tokenizer(sentencePiece: model) }
    #expect(error?.code == .invalidVocabulary)
  }

  @Test("byte fallback without all 256 bytes, and scores that are no numbers, are refused")
  func incomplete() {
    var bytes = Self.model()
    bytes.trainer.unknownCharacters = .bytes
    #expect(throws: TokenizerError.self) { try Tokenizer(sentencePiece: bytes) }
    var score = Self.model()
    score.append("x", score: .nan)
    #expect(throws: TokenizerError.self) { try Tokenizer(sentencePiece: score) }
    #expect(throws: TokenizerError.self) { try SentencePieceModel([]) }
  }

  @Test(
    "lengths and numbers that cannot be are refused",
    arguments: [
      [0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F], [0x0A, 0x05, 0x0A], [0x08],
      [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], [0x00], [0x0B, 0x0C],
      [0x0A, 0x03, 0x15, 0, 0],
      [0x0A, 0x02, 0x18, 0x07], [0x12, 0x02, 0x18, 0x63],
    ] as [[UInt8]])
  func hostile(bytes: [UInt8]) {
    #expect(throws: TokenizerError.self) { try SentencePieceModel(Self.model().serialized() + bytes) }
  }

  @Test("compiled rules that point outside themselves change nothing or are refused")
  func hostileRules() throws {
    var generator = DamagedFileTests.SplitMix(state: 5)
    for round in 0..<60 {
      var blob: [UInt8] = [0, 4, 0, 0]
      blob += (0..<1024).map { _ in UInt8.random(in: 0...255, using: &generator) }
      if round % 3 > 0 { blob += Array("x\0yy\0".utf8) }
      if round % 3 > 1 { blob[1] = UInt8(round % 256) }
      var model = Self.model(.unigram)
      model.normalizer.characterMap = blob
      guard let tokenizer = try? Tokenizer(sentencePiece: model) else { continue }
      let ids = tokenizer.encode("ab 中 é \u{1F600}\0")
      _ = try tokenizer.decode(ids)
    }
    var short = Self.model()
    short.normalizer.characterMap = [1, 2, 3]
    #expect(throws: TokenizerError.self) { try Tokenizer(sentencePiece: short) }
  }

  /// Reads, builds and uses a file that may be damaged: it must throw or work.
  ///
  /// - Returns: whether it works.
  private func works(_ bytes: [UInt8]) -> Bool {
    guard let model = try? SentencePieceModel(bytes) else { return false }
    let written = model.serialized()
    #expect((try? SentencePieceModel(written))?.serialized() == written)
    guard let tokenizer = try? Tokenizer(sentencePiece: model) else { return false }
    for text in ["ab ab 中文", "\u{2581}<s> 𠮷 \u{FB01}", ""] {
      let ids = tokenizer.encode(text)
      #expect(tokenizer.encoding(of: text).ids == ids)
      #expect((try? tokenizer.decode(ids)) != nil, "\(ids)")
    }
    return true
  }

  @Test("a file that is cut short anywhere is refused or loads, and never traps")
  func truncations() {
    var model = Self.model(.unigram)
    model.trainer.unknownSurface = "?"
    model.denormalizer = NormalizerSpecification()
    let bytes = model.serialized()
    let working = (0..<bytes.count).count { works(Array(bytes[..<$0])) }
    #expect(working > 0 && working < bytes.count / 2)
  }

  @Test("random damage is refused or loads, and never traps", arguments: GoldenSentencePieceTests.names)
  func mutations(name: String) throws {
    let bytes = try GoldenTokenizers.bytes("\(name)/tokenizer.model")
    let small = Self.model(.unigram).serialized()
    var generator = DamagedFileTests.SplitMix(state: 11)
    var working = 0
    for round in 0..<400 {
      // Mostly the small file: it is read in no time, and its fields are hit more often.
      var damaged = round % 40 == 0 ? bytes : small
      for _ in 0..<Int.random(in: 1...6, using: &generator) {
        let place = Int.random(in: 0..<damaged.count, using: &generator)
        damaged[place] = UInt8.random(in: 0...255, using: &generator)
      }
      if works(damaged) { working += 1 }
    }
    #expect(working > 20 && working < 380)
    for _ in 0..<12 where works(Array(bytes[..<Int.random(in: 0..<bytes.count, using: &generator)])) { working += 1 }
    #expect(working < 392)
  }
}
