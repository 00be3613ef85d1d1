import InkTokenizers
import Testing

@Suite("Merging of long pieces")
struct LongPieceTests {
  /// a, aa, aaaa, ... up to 2^levels letters.
  private func tokenizer(levels: Int) throws -> Tokenizer {
    let tokens = (0...levels).map { String(repeating: "a", count: 1 << $0) }
    let merges = (0..<levels).map { "\(tokens[$0]) \(tokens[$0])" }
    return try Tokenizer(
      gguf: GGUFVocabulary(
        model: "gpt2", preTokenizer: "gpt-2", tokens: PackedStrings(tokens), merges: PackedStrings(merges)))
  }

  @Test(
    "a run of one letter becomes the largest tokens first, whatever its length",
    arguments: [1, 2, 3, 15, 16, 100, 191, 192, 193, 194, 1000, 4097])
  func powers(length: Int) throws {
    let levels = 6
    let largest = [TokenID](repeating: TokenID(levels), count: length >> levels)
    let rest = (0..<levels).reversed().filter { length >> $0 & 1 == 1 }.map { TokenID($0) }
    let text = String(repeating: "a", count: length)
    let tokenizer = try tokenizer(levels: levels)
    #expect(tokenizer.encode(text) == largest + rest)
    #expect(tokenizer.encoding(of: text).ids == largest + rest)
    #expect(try tokenizer.decode(largest + rest) == text)
  }

  @Test("a piece of a megabyte takes no quadratic time", .timeLimit(.minutes(1)))
  func megabyte() throws {
    let length = 1 << 20
    let ids = try tokenizer(levels: 8).encode(String(repeating: "a", count: length))
    #expect(ids.count == length >> 8)
  }

  @Test("what a piece of megabytes needed while it was merged is not kept")
  func keptMemory() throws {
    let tokenizer = try tokenizer(levels: 8)
    #expect(tokenizer.encode(String(repeating: "a", count: 1000)).count > 0)
    let before = tokenizer.keptByteCount
    #expect(before > 0)
    #expect(tokenizer.encode(String(repeating: "a", count: 1 << 21)).count == 1 << 13)
    #expect(tokenizer.keptByteCount <= before)
  }

  /// Tokens of some letters and merges of them in no order that training would give: parts may come after what they make.
  private func drawn(_ seed: UInt64) -> (tokens: [String], merges: [(String, String)]) {
    var random = DamagedFileTests.SplitMix(state: seed)
    var tokens = ["a", "b", "c"]
    var merges: [(String, String)] = []
    while tokens.count < 60 {
      let (left, right) = (tokens.randomElement(using: &random) ?? "", tokens.randomElement(using: &random) ?? "")
      guard !tokens.contains(left + right), (left + right).count < 12 else { continue }
      tokens.append(left + right)
      merges.append((left, right))
    }
    merges.shuffle(using: &random)
    return (tokens + ["z"], merges)
  }

  @Test(
    "a long piece becomes the tokens of its parts, where nothing merges with what stands between them",
    arguments: [1, 2, 3, 4])
  func parts(seed: UInt64) throws {
    let (tokens, merges) = drawn(seed)
    let pairs = try Tokenizer(
      gguf: GGUFVocabulary(
        model: "gpt2", preTokenizer: "gpt-2", tokens: PackedStrings(tokens),
        merges: PackedStrings(merges.map { "\($0.0) \($0.1)" })))
    var scores = [Float](repeating: 0, count: tokens.count)
    for (rank, merge) in merges.enumerated() {
      if let id = tokens.firstIndex(of: merge.0 + merge.1) { scores[id] = -Float(rank / 2) }
    }
    let scored = try Tokenizer(
      gguf: GGUFVocabulary(
        model: "llama", tokens: PackedStrings(tokens), scores: scores, addsBeginningOfSequence: false,
        addsSpacePrefix: false))
    var random = DamagedFileTests.SplitMix(state: seed &+ 100)
    let words = (0..<1500).map { _ in
      String((0..<Int.random(in: 1...80, using: &random)).map { _ in "abc".randomElement(using: &random) ?? "a" })
    }
    for tokenizer in [pairs, scored] {
      let wanted = Array(words.map { tokenizer.encode($0) }.joined(separator: [TokenID(tokens.count - 1)]))
      #expect(tokenizer.encode(words.joined(separator: "z")) == wanted)
    }
  }
}

@Suite("Pre-tokenizer names of GGUF files")
struct GGUFPreTokenizerTests {
  @Test(
    "every known name builds a tokenizer that keeps the text",
    arguments: [
      "default", "gpt-2", "smollm", "llama-bpe", "qwen2", "deepseek-llm", "deepseek-coder", "deepseek-v3", "gpt-4o",
      "falcon", "bloom", "viking", "qwen35", "tekken",
    ])
  func names(name: String) throws {
    let letters = (0x21...0x7E).compactMap { Unicode.Scalar($0).map { String($0) } } + ["\u{120}"]
    let tokenizer = try Tokenizer(
      gguf: GGUFVocabulary(model: "gpt2", preTokenizer: name, tokens: PackedStrings(letters)))
    let text = "It's 12345 words, isn't it?  func f(x) { }"
    #expect(try tokenizer.decode(tokenizer.encode(text)) == text)
  }
}
