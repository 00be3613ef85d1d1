import InkTokenizers
import Testing

/// A method whose time rises with the square of the length does not come to an end on these within the limit.
@Suite("Texts made to be slow", .timeLimit(.minutes(2)))
struct LongTextTests {
  private static let length = 1 << 18

  static let texts: [(String, String)] = [
    ("spaces", String(repeating: " ", count: length)), ("one letter", String(repeating: "a", count: length)),
    ("spaces before words", String(repeating: String(repeating: " ", count: 4096) + "x", count: 64)),
    ("marks on one letter", "e" + String(repeating: "\u{301}\u{316}", count: length)),
    ("capitals without a space", String(repeating: "ABC", count: length / 3)),
    ("Han", String(repeating: "\u{5929}\u{6C14}", count: length / 8)),
  ]

  static let files: [String] = [
    #"{"normalizer": {"type": "BertNormalizer"}, "pre_tokenizer": {"type": "BertPreTokenizer"}, "#
      + #""model": {"type": "WordPiece", "max_input_chars_per_word": 100000000, "#
      + #""vocab": {"[UNK]": 0, "a": 1, "\u0023\u0023a": 2, "\u0023\u0023aaaa": 3, "e": 4, "x": 5}}}"#,
    #"{"normalizer": {"type": "NFKC"}, "pre_tokenizer": {"type": "Split", "pattern": {"Regex": "\\s+$"}, "#
      + #""behavior": "Isolated"}, "model": {"type": "WordLevel", "vocab": {"<unk>": 0}}}"#,
    #"{"normalizer": {"type": "NFD"}, "pre_tokenizer": {"type": "Sequence", "pretokenizers": ["#
      + #"{"type": "UnicodeScripts"}, {"type": "ByteLevel", "use_regex": true}, {"type": "FixedLength", "length": 3}]}, "#
      + #""model": {"type": "WordLevel", "vocab": {"<unk>": 0}}}"#,
    #"{"pre_tokenizer": {"type": "Split", "behavior": "Isolated", "pattern": {"Regex": "#
      + #""[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+|"#
      + #"[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*|\\p{N}|"#
      + #" ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"}}, "#
      + #""model": {"type": "WordLevel", "vocab": {"<unk>": 0}}}"#,
    #"{"decoder": {"type": "WordPiece"}, "model": {"type": "BPE", "unk_token": "<unk>", "fuse_unk": true, "#
      + #""end_of_word_suffix": "</w>", "vocab": {"<unk>": 0, "a": 1, "a</w>": 2, "aa": 3, "aa</w>": 4}, "#
      + #""merges": ["a a", "a a</w>"]}}"#,
  ]

  @Test("every kind of pipeline gets through", arguments: files)
  func pipelines(json: String) throws {
    let tokenizer = try Tokenizer(tokenizerJSON: Array(json.utf8))
    for (name, text) in Self.texts {
      let ids = tokenizer.encode(text)
      #expect(ids.count <= text.utf8.count + 1, Comment(rawValue: name))
      _ = try tokenizer.decode(ids)
    }
  }

  @Test("the longest token of a trie is found in long texts")
  func longestMatch() throws {
    let bytes = (0..<256).map { "\\x" + ($0 < 16 ? "0" : "") + String($0, radix: 16) }
    let tokenizer = try Tokenizer(
      gguf: GGUFVocabulary(model: "rwkv", tokens: PackedStrings(bytes + ["aaaa", String(repeating: " ", count: 64)])))
    for (name, text) in Self.texts {
      let ids = tokenizer.encode(text)
      #expect(try tokenizer.decode(ids) == text, Comment(rawValue: name))
    }
  }
}
