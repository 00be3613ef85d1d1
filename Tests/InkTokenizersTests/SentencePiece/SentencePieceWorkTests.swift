import InkTokenizers
import Testing

/// Texts that make careless algorithms quadratic. Work is counted, so that the tests say the same on every machine.
@Suite("Work of SentencePiece models on long texts")
struct SentencePieceWorkTests {
  static let units = [" ", "a", "ab", "b", "中", "\u{2581}", "aab", "\u{1F600}", "</s", "\u{301}"]

  /// A model with long runs of one letter and of spaces, as published vocabularies have.
  private func tokenizer(_ algorithm: SentencePieceModel.Algorithm) throws -> Tokenizer {
    var model = SentencePieceFileTests.model(algorithm)
    for level in 1...5 { model.append(String(repeating: "a", count: 1 << level), score: -Float(level)) }
    for length in 2...16 { model.append(String(repeating: "\u{2581}", count: length), score: -20 - Float(length)) }
    model.normalizer.spaces = .kept
    return try Tokenizer(sentencePiece: model)
  }

  @Test(
    "eight times the text is at most ten times the work", arguments: [SentencePieceModel.Algorithm.bytePair, .unigram],
    units)
  func growth(algorithm: SentencePieceModel.Algorithm, unit: String) throws {
    let tokenizer = try tokenizer(algorithm)
    let short = tokenizer.lookUps(encoding: String(repeating: unit, count: 1 << 11))
    let long = tokenizer.lookUps(encoding: String(repeating: unit, count: 1 << 14))
    #expect(short > 0)
    #expect(long <= short * 10)
  }

  @Test("no text needs more look-ups for a byte than the longest piece has", arguments: units)
  func bound(unit: String) throws {
    let text = String(repeating: unit, count: 1 << 12)
    // The longest piece has 48 bytes; a pair is looked up once at the start and twice for each of its merges.
    #expect(try tokenizer(.unigram).lookUps(encoding: text) <= (text.utf8.count + 3) * 49)
    #expect(try tokenizer(.bytePair).lookUps(encoding: text) <= (text.utf8.count + 3) * 3)
  }

  @Test(
    "a megabyte of one letter and of spaces comes back whole", .timeLimit(.minutes(5)),
    arguments: [SentencePieceModel.Algorithm.bytePair, .unigram])
  func megabyte(algorithm: SentencePieceModel.Algorithm) throws {
    let tokenizer = try tokenizer(algorithm)
    for unit in ["a", " "] {
      let text = String(repeating: unit, count: 1 << 20)
      let ids = tokenizer.encode(text)
      #expect(ids.count < 1 << 17)
      #expect(try tokenizer.decode(ids) == text)
    }
  }
}
