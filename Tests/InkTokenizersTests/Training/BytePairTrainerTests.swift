import Foundation
import InkTokenizers
import Testing

/// What the reference trains, as `Scripts/parity/train_tokenizers.py` writes it.
struct ReferenceTraining: Decodable, CustomTestStringConvertible {
  private struct File: Decodable {
    var cases: [ReferenceTraining]
  }

  var name: String
  var texts: [String]
  var vocabulary_size: Int
  var minimum_frequency: Int
  var special_tokens: [String]
  var split: String
  var vocabulary: [String]
  var merges: [[String]]
  var ids: [[TokenID]]

  var testDescription: String { name }

  static let all: [ReferenceTraining] = {
    let path = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Fixtures/training/trained.json")
    guard let data = try? Data(contentsOf: path), let file = try? JSONDecoder().decode(File.self, from: data) else {
      return []
    }
    return file.cases
  }()

  func train() throws -> TrainedTokenizer {
    let splits: [String: TrainingSplit] = ["gpt2": .gpt2, "gpt2_single_digits": .gpt2SingleDigits]
    return try BytePairTrainer(
      vocabularySize: vocabulary_size, specialTokens: special_tokens, minimumFrequency: minimum_frequency,
      split: #require(splits[split])
    ).train(on: texts)
  }
}

@Suite("Training a byte-level byte-pair tokenizer")
struct BytePairTrainerTests {
  @Test("the reference data is there")
  func referenceData() {
    #expect(ReferenceTraining.all.count >= 7)
  }

  @Test("vocabulary and merges are those of the reference", arguments: ReferenceTraining.all)
  func reference(expected: ReferenceTraining) throws {
    let trained = try expected.train()
    #expect(trained.vocabulary == expected.vocabulary)
    let merges = trained.merges.map { [trained.vocabulary[Int($0.left)], trained.vocabulary[Int($0.right)]] }
    #expect(merges == expected.merges)
    #expect(
      trained.ending == (expected.vocabulary.count < expected.vocabulary_size ? .textsExhausted : .vocabularyFull))
  }

  @Test("the file is read back, encodes as the reference does and loses nothing", arguments: ReferenceTraining.all)
  func encoding(expected: ReferenceTraining) throws {
    let trained = try expected.train()
    let tokenizer = try Tokenizer(tokenizerJSON: trained.tokenizerJSON())
    #expect(tokenizer.vocabularySize == expected.vocabulary.count)
    for (text, ids) in zip(expected.texts, expected.ids) {
      #expect(tokenizer.encode(text) == ids)
    }
    for text in expected.texts + ["\u{0}\u{7F} \u{1F9E0}\u{FEFF} \"\\\t\r\n", "\u{10FFFF} e\u{301}"] {
      #expect(try tokenizer.decode(tokenizer.encode(text), specialTokens: .keep) == text)
    }
  }

  @Test("the order of the texts and how words are spread over them change nothing")
  func order() throws {
    let expected = try #require(ReferenceTraining.all.first)
    let trainer = BytePairTrainer(vocabularySize: 450)
    let trained = try trainer.train(on: expected.texts)
    #expect(try trainer.train(on: expected.texts.reversed()) == trained)
    #expect(try trainer.train(on: expected.texts.lazy.map { $0 }) == trained)
  }

  @Test("no texts leave the bytes")
  func nothing() throws {
    let trained = try BytePairTrainer(vocabularySize: 1000).train(on: ["", "", "a"])
    #expect(trained.vocabulary.count == 257)
    #expect(trained.ending == .textsExhausted)
    let tokenizer = try trained.tokenizer()
    #expect(try tokenizer.decode(tokenizer.encode("Ink \u{58A8}")) == "Ink \u{58A8}")
    #expect(tokenizer.encode("\u{58A8}").count == 3)
  }

  @Test(
    "settings that cannot be met are refused",
    arguments: [
      BytePairTrainer(vocabularySize: 256), BytePairTrainer(vocabularySize: -1), BytePairTrainer(vocabularySize: .max),
      BytePairTrainer(vocabularySize: 300, specialTokens: [""]),
      BytePairTrainer(vocabularySize: 300, specialTokens: ["<s>", "<s>"]),
      BytePairTrainer(vocabularySize: 300, specialTokens: ["!"]),
    ])
  func refusals(trainer: BytePairTrainer) {
    let error = #expect(throws: TokenizerError.self) { try trainer.train(on: ["a text"]) }
    #expect(error?.code == .invalidSetting)
  }
}
