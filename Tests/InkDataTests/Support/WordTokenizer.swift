import InkData
import InkTokenizers

/// A small vocabulary of whole words, pieces and Chinese characters, as BERT's relatives have it.
enum WordTokenizer {
  static let vocabulary =
    ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    + ["the", "play", "##ing", "##ed", "dog", "runs", "un", "##like", "##ly", ".", ",", "北", "京", "大", "学", "生", "在"]
    + (0..<100).map { "w\($0)" }

  static func make() throws -> Tokenizer {
    try Tokenizer(wordPieceVocabulary: Array(vocabulary.joined(separator: "\n").utf8))
  }

  static func encoder(context: Int = 64, overlong: Overlong = .refuse) throws -> EncoderText {
    try EncoderText(tokenizer: make(), contextLength: context, overlong: overlong)
  }
}

extension ExampleDraw {
  /// A draw of a test.
  static func test(record: Int = 0, epoch: Int = 0, seed: UInt64 = 1) -> ExampleDraw {
    ExampleDraw(
      source: 0, epoch: epoch, record: record, seed: seed, origin: RecordOrigin(path: "test", line: record + 1))
  }
}
