import Foundation
import InkFormats
import InkModels
import InkTensor
import InkTokenizers
import InkTraining
import Testing

/// Tokens are added to a model that is there, and it is trained on with them.
@Suite("Models with more tokens") struct ExpandedModelTests {
  static let poems = (0..<30).map { "床前明月光，疑是地上霜。举头望明月，低头思故乡。\($0)" }

  /// A model folder with its tokenizer, and what it was written from.
  private struct Stored {
    let run: TinyRun
    let folder: String
    let checkpoint: DecoderCheckpoint

    init(tied: Bool) throws {
      run = try TinyRun()
      folder = run.folder.appendingPathComponent("base").path
      let session = try run.session(
        try run.recipe(settings: ["model.config.tie_word_embeddings=\(tied)"]), threads: 1)
      let companions = run.folder.appendingPathComponent("files").path
      try BytePairTrainer(vocabularySize: 300).train(on: try session.recipe.trainingTexts).write(to: companions)
      try session.writeResult(to: folder, companions: companions)
      checkpoint = try DecoderCheckpoint.open(folder)
    }

    func expanded(_ growth: VocabularyGrowth, texts: [String] = poems) throws -> ExpandedModel {
      try ExpandedModel(
        checkpoint, tokenizerOf: checkpoint, growth: growth, texts: texts,
        folder: run.folder.appendingPathComponent("tokenizer").path)
    }

    func oldTokenizer() throws -> Tokenizer {
      let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(folder)/tokenizer.json")))
      return try Tokenizer(tokenizerJSON: bytes, configuration: nil)
    }
  }

  private static func values(_ checkpoint: DecoderCheckpoint) throws -> [String: Tensor] {
    let model = try checkpoint.load(use: .trainingAll, on: CPU(threads: 1))
    return Dictionary(model.parameters.map { ($0.name, $0.value) }) { first, _ in first }
  }

  @Test("old rows keep their bits and the row of a new token is the mean of its pieces'", arguments: [true, false])
  func rows(tied: Bool) throws {
    let stored = try Stored(tied: tied)
    defer { stored.run.remove() }
    let expanded = try stored.expanded(VocabularyGrowth(added: 40, multiple: 128))
    let (old, new) = (try Self.values(stored.checkpoint), try Self.values(expanded.checkpoint))
    #expect(expanded.addedCount == 40)
    #expect(expanded.checkpoint.spec.vocabulary == 384)
    let tokenizer = try stored.oldTokenizer()
    let known = tokenizer.vocabularySize
    #expect(expanded.tokenizer.vocabularySize == known + 40)
    #expect((new["head.weight"] == nil) == tied)
    for name in tied ? ["embedding.weight"] : ["embedding.weight", "head.weight"] {
      #expect(old[name]?.shape == [320, 32])
      #expect(new[name]?.shape == [384, 32])
      let before = try #require(old[name]).toArray()
      let after = try #require(new[name]).toArray()
      let rows = 0..<known * 32
      #expect(before[rows].map(\.bitPattern) == after[rows].map(\.bitPattern))
      func mean(_ tokens: [Int], _ column: Int) -> Float {
        let sum: Double = tokens.reduce(0) { $0 + Double(before[$1 * 32 + column]) }
        return Float(sum / Double(tokens.count))
      }
      var compared = 0
      for id in known..<known + 40 {
        // A token of whole characters is what the old tokenizer writes as its pieces.
        let text = try expanded.tokenizer.decode([TokenID(id)])
        let pieces = tokenizer.encode(text, specialTokens: .omit, parsing: .asText).map { Int($0) }
        guard expanded.tokenizer.encode(text, specialTokens: .omit, parsing: .asText) == [TokenID(id)] else { continue }
        compared += 1
        for column in 0..<32 { #expect(after[id * 32 + column] == mean(pieces, column), "\(text)") }
      }
      #expect(compared > 5)
      for column in 0..<32 { #expect(after[383 * 32 + column] == mean(Array(0..<known), column)) }
    }
    for (name, value) in old where !["embedding.weight", "head.weight"].contains(name) {
      #expect(new[name]?.toArray().map(\.bitPattern) == value.toArray().map(\.bitPattern), "\(name)")
    }
  }

  @Test(
    "a run trains the new rows and leaves a model with them that opens with its tokenizer", arguments: [true, false])
  func run(tied: Bool) throws {
    let stored = try Stored(tied: tied)
    defer { stored.run.remove() }
    let expanded = try stored.expanded(VocabularyGrowth(added: 40))
    let recipe = try stored.run.recipe(
      "train: {freeze: [\"layers.*\", \"finalNorm.*\"]}",
      settings: ["steps=4", "tokenizer=null", "average=null", "evaluation.every=2", "checkpoint.every=2"])
    let session = try DecoderSession(
      recipe, checkpoint: expanded.checkpoint,
      language: DecoderSession.Language(
        tokenizer: expanded.tokenizer, template: nil, now: CivilTime(year: 2026, month: 1, day: 1)), on: CPU(threads: 1)
    )
    let trained = session.model.parameters.map(\.name)
    #expect(trained == (tied ? ["embedding.weight"] : ["embedding.weight", "head.weight"]))
    var training = try session.run(in: try stored.run.open("run"), resumption: .auto) { _ in }
    #expect(try training.run(shouldStop: { false }) == .finished)
    let final = stored.run.folder.appendingPathComponent("final").path
    try session.writeResult(to: final, companions: stored.run.folder.appendingPathComponent("tokenizer").path)
    let opened = try DecoderCheckpoint.open(final)
    let count = expanded.tokenizer.vocabularySize
    #expect(count > 320)
    #expect(opened.spec.vocabulary == count)
    #expect(opened.config["vocab_size"] == .number("\(count)"))
    let (start, end) = (try Self.values(expanded.checkpoint), try Self.values(opened))
    for (name, value) in start {
      let isFrozen = name != "embedding.weight" && name != "head.weight"
      let bits = value.toArray().map(\.bitPattern)
      #expect((end[name]?.toArray().map(\.bitPattern) == bits) == isFrozen, "\(name)")
    }
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(final)/tokenizer.json")))
    let tokenizer = try Tokenizer(tokenizerJSON: bytes, configuration: nil)
    let line = Self.poems[0]
    let ids = tokenizer.encode(line, specialTokens: .omit, parsing: .asText)
    #expect(ids.contains { Int($0) >= count - 40 } && ids.allSatisfy { Int($0) < count })
    #expect(try tokenizer.decode(ids) == line)
  }

  @Test(
    "low-rank matrices with table and head beside them are trained on the expanded model", arguments: [true, false])
  func secondStage(tied: Bool) throws {
    let stored = try Stored(tied: tied)
    defer { stored.run.remove() }
    let expanded = try stored.expanded(VocabularyGrowth(added: 20))
    let recipe = try stored.run.recipe(
      "train: {method: lora, rank: 2, targets: [q_proj, v_proj], also: [embed_tokens, lm_head]}",
      settings: ["steps=3", "average=null", "evaluation.every=3"])
    let session = try DecoderSession(
      recipe, checkpoint: expanded.checkpoint,
      language: DecoderSession.Language(
        tokenizer: expanded.tokenizer, template: nil, now: CivilTime(year: 2026, month: 1, day: 1)), on: CPU(threads: 1)
    )
    let names = Set(session.model.parameters.map(\.name))
    #expect(names.isSuperset(of: ["embedding.weight", "head.weight"]))
    let start = session.model.parameters.map { $0.value.toArray() }
    var training = try session.run(in: try stored.run.open("run"), resumption: .auto) { _ in }
    #expect(try training.run(shouldStop: { false }) == .finished)
    for (parameter, old) in zip(session.model.parameters, start) { #expect(parameter.value.toArray() != old) }
    let final = stored.run.folder.appendingPathComponent("final").path
    try session.writeResult(to: final, companions: nil)
    let configuration = try String(contentsOfFile: "\(final)/adapter_config.json", encoding: .utf8)
    #expect(configuration.contains("embed_tokens") && configuration.contains("lm_head"))
  }

  @Test("tokens are the same when a run goes on, and others than those of its folder are refused")
  func again() throws {
    let stored = try Stored(tied: true)
    defer { stored.run.remove() }
    let first = try stored.expanded(VocabularyGrowth(added: 10))
    let second = try stored.expanded(VocabularyGrowth(added: 10))
    #expect(
      try Self.values(first.checkpoint).mapValues { $0.toArray() }
        == Self.values(second.checkpoint).mapValues { $0.toArray() })
    let error = #expect(throws: TrainingError.self) { try stored.expanded(VocabularyGrowth(added: 11)) }
    #expect(error?.code == .mismatch)
    #expect(error?.context.hasSuffix("tokenizer.json") == true)
    let names = try FileManager.default.contentsOfDirectory(atPath: stored.run.folder.path)
    #expect(!names.contains { $0.contains("partial") })
  }

  @Test("texts that hold nothing new, and pieces that are no tokens, are refused")
  func refused() throws {
    let stored = try Stored(tied: true)
    defer { stored.run.remove() }
    let nothing = #expect(throws: TrainingError.self) {
      try stored.expanded(VocabularyGrowth(added: 10, scope: .beyondASCII), texts: ["only these words"])
    }
    #expect(nothing?.context == "tokenizer.add")
    for rows in [
      TokenRows(known: 0, pieces: [[0]]), TokenRows(known: 321, pieces: [[0]]), TokenRows(known: 300, pieces: [[300]]),
      TokenRows(known: 300, pieces: [[-1]]),
    ] {
      #expect(throws: ModelLoadError.self) { try stored.checkpoint.adding(rows) }
    }
  }

  @Test("a recipe says how many tokens, for what, and to which multiple")
  func recipe() throws {
    func choice(_ text: String) throws -> TokenizerChoice? {
      try Recipe(
        yaml: "task: pretrain\nmodel: {path: m}\ndata: [{path: a.txt}]\nsteps: 1\nsequence: {length: 8}\n"
          + "optimizer: {kind: lion, learning_rate: 1}\ntokenizer: \(text)", file: "r.yaml"
      ).tokenizer
    }
    #expect(try choice("{add: 7}") == .extended(nil, VocabularyGrowth(added: 7)))
    #expect(
      try choice("{path: p, add: 7, multiple: 64, scope: beyond_ascii}")
        == .extended("p", VocabularyGrowth(added: 7, multiple: 64, scope: .beyondASCII)))
    #expect(throws: TrainingError.self) { try choice("{vocabulary: 300, add: 7}") }
    #expect(throws: TrainingError.self) { try choice("{path: p, multiple: 7}") }
    #expect(throws: TrainingError.self) { try choice("{}") }
  }
}
