import InkTokenizers
import Testing

@Suite("SentencePiece rules")
struct SentencePieceRulesTests {
  @Test("user-defined pieces stand alone, unused pieces are taken apart, unknown runs are one token")
  func pieceTypes() throws {
    let tokenizer = try Tokenizer(sentencePiece: SentencePieceFileTests.model(.bytePair))
    #expect(try tokenizer.pieces(tokenizer.encode("a<tool>b")) == ["\u{2581}a", "<tool>", "b"])
    let ids = tokenizer.encode("abab")
    #expect(!(try tokenizer.pieces(ids)).contains("abab"))
    #expect(try tokenizer.decode(ids) == "abab")
    #expect(try tokenizer.pieces(tokenizer.encode("a 文文 b")) == ["\u{2581}a", "\u{2581}", "<unk>", "\u{2581}", "b"])
  }

  @Test("a unigram model prefers the user's piece to any other cut")
  func unigramUserDefined() throws {
    let tokenizer = try Tokenizer(sentencePiece: SentencePieceFileTests.model(.unigram))
    #expect(try tokenizer.pieces(tokenizer.encode("ab<tool>ab")) == ["\u{2581}ab", "<tool>", "ab"])
  }

  @Test("control pieces in a text are tokens only where that is asked for")
  func control() throws {
    let tokenizer = try Tokenizer(sentencePiece: SentencePieceFileTests.model(.bytePair))
    #expect(tokenizer.encode("</s>") == [2])
    #expect(!tokenizer.encode("</s>", parsing: .asText).contains(2))
    #expect(try tokenizer.decode([1, 8, 2]) == "a")
    #expect(try tokenizer.decode([1, 8, 2], specialTokens: .keep) == "<s> a</s>")
  }

  @Test("word and character models look whole words and characters up")
  func wholePieces() throws {
    let words = try Tokenizer(sentencePiece: SentencePieceFileTests.model(.word))
    #expect(try words.pieces(words.encode("ab a abc")) == ["\u{2581}ab", "\u{2581}a", "<unk>"])
    let characters = try Tokenizer(sentencePiece: SentencePieceFileTests.model(.character))
    #expect(try characters.pieces(characters.encode("ab<tool>")) == ["\u{2581}", "a", "b", "<tool>"])
  }

  @Test("bytes that are no UTF-8 become U+FFFD, one each", arguments: SentencePieceModel.algorithms)
  func invalidBytes(algorithm: SentencePieceModel.Algorithm) throws {
    var model = SentencePieceFileTests.model(algorithm)
    model.append("\u{FFFD}", score: -3)
    let tokenizer = try Tokenizer(sentencePiece: model)
    let replacement = tokenizer.id(ofPiece: "\u{FFFD}")
    guard algorithm != .word else { return }
    #expect(tokenizer.encode(bytes: [0xE4, 0xB8, 0x61, 0xFF]).filter { $0 == replacement }.count == 3)
  }

  @Test("runs of byte tokens give characters where they are characters, and U+FFFD for every other byte")
  func byteRuns() throws {
    var model = SentencePieceFileTests.model(.bytePair)
    model.trainer.unknownCharacters = .bytes
    let first = TokenID(model.count)
    let digits = Array("0123456789ABCDEF")
    for byte in 0..<256 { model.append("<0x\(digits[byte >> 4])\(digits[byte & 15])>", score: 0, type: .byte) }
    let tokenizer = try Tokenizer(sentencePiece: model)
    func text(_ bytes: [Int], _ more: [TokenID] = []) throws -> String {
      let ids = bytes.map { first + TokenID($0) } + more
      var stream = tokenizer.makeStream()
      var streamed = ""
      for id in ids { streamed += try stream.append(id) }
      let decoded = try tokenizer.decode(ids)
      #expect(streamed + stream.finish() == decoded)
      return decoded
    }
    #expect(try text([0xE4, 0xB8, 0xAD]) == "中")
    #expect(try text([0xE4, 0xB8]) == "\u{FFFD}\u{FFFD}")
    #expect(try text([0xE4, 0xB8, 0x41]) == "\u{FFFD}\u{FFFD}A")
    // A control token ends the run.
    #expect(try text([0xE4], [2, first + 0xB8, first + 0xAD]) == "\u{FFFD}\u{FFFD}\u{FFFD}")
    #expect(tokenizer.encode("文").count == 4)
    #expect(try tokenizer.decode(tokenizer.encode("文 \u{1F600}")) == "文 \u{1F600}")
  }

  @Test("spaces are collapsed or kept, and put in front or not, as the file says")
  func spaces() throws {
    for (spaces, prefix, expected) in [
      (
        NormalizerSpecification.Spaces.collapsed, NormalizerSpecification.DummyPrefix.added,
        ["\u{2581}a", "\u{2581}", "b"]
      ),
      (.collapsed, .absent, ["a", "\u{2581}", "b"]),
      (.kept, .added, ["\u{2581}", "\u{2581}a", "\u{2581}", "\u{2581}", "b", "\u{2581}"]),
      (.kept, .absent, ["\u{2581}a", "\u{2581}", "\u{2581}", "b", "\u{2581}"]),
    ] {
      var model = SentencePieceFileTests.model(.bytePair)
      model.normalizer.spaces = spaces
      model.normalizer.dummyPrefix = prefix
      let tokenizer = try Tokenizer(sentencePiece: model)
      let ids = tokenizer.encode(" a  b ")
      #expect(try tokenizer.pieces(ids) == expected)
      #expect(try tokenizer.decode(ids) == (spaces == .kept ? " a  b " : "a b"))
    }
  }

  @Test("offsets name the characters of the given text")
  func offsets() throws {
    let tokenizer = try Tokenizer(sentencePiece: SentencePieceFileTests.model(.bytePair))
    let encoding = tokenizer.encoding(of: "  ab 中")
    #expect(try tokenizer.pieces(encoding.ids) == ["\u{2581}ab", "\u{2581}", "中"])
    #expect(encoding.offsets == [2..<4, 4..<5, 5..<6])
  }
}

extension SentencePieceModel {
  static let algorithms: [Algorithm] = [.unigram, .bytePair, .word, .character]
}
