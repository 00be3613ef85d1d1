import InkTokenizers
import Testing

@Suite("Damaged tokenizer files")
struct DamagedFileTests {
  /// A generator with a fixed start, so that a failure can be repeated.
  struct SplitMix: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
  }

  private func tokenizer(_ json: String) throws -> Tokenizer {
    try Tokenizer(tokenizerJSON: Array(json.utf8))
  }

  private func file(vocabulary: String, merges: String, more: String = "") -> String {
    """
    {"pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false}, "decoder": {"type": "ByteLevel"}\(more),
     "model": {"type": "BPE", "vocab": {\(vocabulary)}, "merges": [\(merges)]}}
    """
  }

  @Test("merges in both spellings load and are applied by rank")
  func bothSpellings() throws {
    let vocabulary = #""a": 0, "b": 1, "c": 2, "bc": 3, "ab": 4, "abc": 5"#
    for merges in [#""b c", "a b", "a bc""#, #"["b","c"], ["a","b"], ["a","bc"]"#] {
      let tokenizer = try tokenizer(file(vocabulary: vocabulary, merges: merges))
      #expect(tokenizer.encode("abc") == [5])
      #expect(tokenizer.encode("ab") == [4])
    }
  }

  @Test(
    "a contradiction is refused with the kind of fault",
    arguments: [
      (#""a": 0, "b": 1"#, #""a b""#, TokenizerError.Code.invalidMerge),
      (#""a": 0, "b": 1"#, #""a x""#, .invalidMerge),
      (#""a": 0, "b": 0"#, "", .invalidVocabulary),
      (#""a": 0, "a": 1"#, "", .invalidVocabulary),
      (#""a": 0, "b": 4000000000"#, "", .malformedFile),
      (#""a": 0, "b": 99999999999999999999999999"#, "", .malformedFile),
      (#""a": -1"#, "", .malformedFile),
      (#""a": 0.5"#, "", .malformedFile),
      (#""a": 0"#, #""ab""#, .malformedFile),
      (#""a": 0"#, #""a a a""#, .malformedFile),
      ("", "", .invalidVocabulary),
      (#""a": 0, "\ud800": 1"#, "", .malformedFile),
    ])
  func contradictions(vocabulary: String, merges: String, code: TokenizerError.Code) {
    let error = #expect(throws: TokenizerError.self) {
      try tokenizer(file(vocabulary: vocabulary, merges: merges))
    }
    #expect(error?.code == code)
    #expect(error?.description.isEmpty == false)
  }

  @Test(
    "a part that is not supported is named",
    arguments: [
      #"{"model": {"type": "Surprise", "vocab": {"a": 0}}}"#,
      #"{"normalizer": {"type": "Surprise"}, "model": {"type": "BPE", "vocab": {"a": 0}, "merges": []}}"#,
      #"{"decoder": {"type": "Surprise"}, "model": {"type": "BPE", "vocab": {"a": 0}, "merges": []}}"#,
      #"{"pre_tokenizer": {"type": "Surprise"}, "model": {"type": "BPE", "vocab": {"a": 0}, "merges": []}}"#,
      #"{"model": {"type": "BPE", "vocab": {"a": 0}, "merges": [], "dropout": 0.1}}"#,
    ])
  func unsupported(json: String) {
    let error = #expect(throws: TokenizerError.self) { try tokenizer(json) }
    #expect(error?.code == .unsupported)
  }

  @Test("an unknown expression outside the subset is refused by name")
  func expression() {
    let json =
      #"{"pre_tokenizer": {"type": "Split", "pattern": {"Regex": "(?<=a)b"}, "behavior": "Isolated"}, "#
      + #""model": {"type": "BPE", "vocab": {"a": 0}, "merges": []}}"#
    let error = #expect(throws: TokenizerError.self) { try tokenizer(json) }
    #expect(error?.code == .invalidPattern)
    #expect(error?.context.contains("(?<=a)b") == true)
  }

  @Test(
    "lengths that no model has are refused by the name of their field",
    arguments: [
      (#""padding": {"strategy": {"Fixed": 1073741824}, "pad_id": 0}"#, "padding.strategy.Fixed"),
      (#""padding": {"strategy": {"Fixed": 1e300}, "pad_id": 0}"#, "padding.strategy.Fixed"),
      (#""padding": {"strategy": "BatchLongest", "pad_to_multiple_of": 268435456}"#, "padding.pad_to_multiple_of"),
      (#""truncation": {"max_length": 1099511627776}"#, "truncation.max_length"),
      (#""truncation": {"max_length": 512, "stride": 1099511627776}"#, "truncation.stride"),
      (#""truncation": {"max_length": -1}"#, "truncation.max_length"),
    ])
  func absurdLengths(fields: String, place: String) throws {
    let json = #"{\#(fields), "model": {"type": "WordLevel", "vocab": {"<unk>": 0}}}"#
    let error = #expect(throws: TokenizerError.self) { try tokenizer(json) }
    #expect(error?.code == .invalidField)
    #expect(error?.context.contains(place) == true, "\(String(describing: error))")
  }

  @Test("the longest lengths that a file may ask for are taken")
  func longestLengths() throws {
    let json =
      #"{"padding": {"strategy": {"Fixed": 1048576}, "pad_id": 0}, "truncation": {"max_length": 16777216}, "#
      + #""model": {"type": "WordLevel", "vocab": {"<unk>": 0, "a": 1}}}"#
    #expect(try tokenizer(json).encode("a") == [1])
  }

  @Test("missing merges, missing model, deep nesting and other encodings are refused")
  func shapes() {
    let deep = String(repeating: "[", count: 100_000)
    let files: [([UInt8], TokenizerError.Code)] = [
      (Array(#"{"model": {"type": "BPE", "vocab": {"a": 0}}}"#.utf8), .missingField),
      (Array("{\"a\": 1}".utf8), .missingField),
      (Array("{\"x\": \(deep)".utf8), .malformedFile),
      (Array("{\"model\": {\"vocab\": {\"a\": \(deep)".utf8), .malformedFile),
      ([], .malformedFile),
      (Array("{\"a".utf8) + [0xFF, 0xFE], .malformedFile),
      (Array("[]".utf8), .malformedFile),
    ]
    for (bytes, code) in files {
      let error = #expect(throws: TokenizerError.self) { try Tokenizer(tokenizerJSON: bytes) }
      #expect(error?.code == code)
    }
  }

  @Test("thousands of damaged files never end the process", arguments: GoldenTokenizerTests.names)
  func mutations(name: String) throws {
    let original = try GoldenTokenizers.bytes("\(name)/tokenizer.json")
    var random = SplitMix(state: UInt64(name.utf8.count))
    var refused = 0
    for round in 0..<1500 {
      var bytes = original
      switch round % 4 {
      case 0: bytes.removeLast(Int.random(in: 1..<bytes.count, using: &random))
      case 1: bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      case 2:
        for _ in 0..<8 {
          bytes[Int.random(in: 0..<bytes.count, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        }
      default:
        let start = Int.random(in: 0..<bytes.count, using: &random)
        bytes.removeSubrange(start..<min(bytes.count, start + Int.random(in: 1...40, using: &random)))
      }
      do {
        let tokenizer = try Tokenizer(tokenizerJSON: bytes)
        let ids = tokenizer.encode("Hello 今天 <s> 12345 newword  strip_me\n")
        _ = try tokenizer.decode(ids)
      } catch {
        refused += 1
        #expect(!error.hint.isEmpty)
      }
    }
    #expect(refused > 300)
  }

  @Test("thousands of damaged rank files never end the process")
  func rankMutations() throws {
    let original = try GoldenTokenizers.bytes("tiktoken/tiny.tiktoken")
    var random = SplitMix(state: 11)
    var refused = 0
    for _ in 0..<1500 {
      var bytes = original
      bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      if Bool.random(using: &random) { bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random)) }
      do {
        _ = try Tokenizer(tiktokenRanks: bytes, pattern: #"\s+|\S+"#).encode("some text")
      } catch { refused += 1 }
    }
    #expect(refused > 100)
  }

  @Test("impossible GGUF lists are refused")
  func gguf() {
    let tokens = PackedStrings(["a", "b", "ab"])
    let broken: [(GGUFVocabulary, TokenizerError.Code)] = [
      (GGUFVocabulary(model: "gpt2", tokens: PackedStrings()), .invalidVocabulary),
      (GGUFVocabulary(model: "gpt2", tokens: tokens, tokenTypes: [1]), .invalidVocabulary),
      (GGUFVocabulary(model: "gpt2", tokens: tokens, endOfSequence: 7), .invalidVocabulary),
      (GGUFVocabulary(model: "gpt2", tokens: tokens, endOfSequence: -1), .invalidVocabulary),
      (GGUFVocabulary(model: "gpt2", tokens: tokens, merges: PackedStrings(["ab"])), .invalidMerge),
      (GGUFVocabulary(model: "gpt2", tokens: tokens, merges: PackedStrings(["a c"])), .invalidMerge),
      (GGUFVocabulary(model: "gpt2", tokens: tokens, merges: PackedStrings(["", " "])), .invalidMerge),
      (GGUFVocabulary(model: "gpt2", preTokenizer: "never-heard-of", tokens: tokens), .unsupported),
      (GGUFVocabulary(model: "never-heard-of", tokens: tokens), .unsupported),
      (GGUFVocabulary(model: "rwkv", tokens: tokens), .invalidVocabulary),
      (GGUFVocabulary(model: "rwkv", tokens: PackedStrings([#"\xZZ"#])), .invalidVocabulary),
      (GGUFVocabulary(model: "bert", tokens: tokens), .missingField),
    ]
    for (vocabulary, code) in broken {
      let error = #expect(throws: TokenizerError.self) { try Tokenizer(gguf: vocabulary) }
      #expect(error?.code == code)
    }
  }
}
