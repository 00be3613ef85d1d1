import Foundation
import InkFormats
import InkModels
import InkNN
import InkTensor
import InkTokenizers
import InkTraining
import Testing

/// A small T5 that begins from nothing restores spans that were taken out.
@Suite struct SpanSessionTests {
  private struct SmallT5 {
    let folder: URL
    let tokenizer: Tokenizer
    let data: String

    init() throws {
      folder = FileManager.default.temporaryDirectory.appendingPathComponent("spans-\(UUID().uuidString)")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      let marks = ["<pad>", "</s>"] + (0..<6).map { "<extra_id_\($0)>" }
      let words = ["<unk>", "one", "two", "three", "four", "five", "six", "seven", "eight"]
      let vocabulary = (marks + words).enumerated().map { "\"\($1)\": \($0)" }.joined(separator: ", ")
      let added = marks.enumerated().map {
        """
        {"id": \($0), "content": "\($1)", "single_word": false, "lstrip": false, "rstrip": false, \
        "normalized": false, "special": true}
        """
      }
      let json = """
        {"version": "1.0", "added_tokens": [\(added.joined(separator: ", "))], "normalizer": null,
         "pre_tokenizer": {"type": "Whitespace"}, "post_processor": null, "decoder": null,
         "model": {"type": "WordPiece", "unk_token": "<unk>", "continuing_subword_prefix": "##",
           "max_input_chars_per_word": 100, "vocab": {\(vocabulary)}}}
        """
      tokenizer = try Tokenizer(
        tokenizerJSON: Array(json.utf8),
        configuration: try TokenizerConfiguration(
          json: Array(#"{"eos_token": "</s>", "pad_token": "<pad>", "unk_token": "<unk>"}"#.utf8)))
      let lines = (0..<32).map { start in
        (0..<8).map { words[1 + (start + $0) % 8] }.joined(separator: " ")
      }
      let file = folder.appendingPathComponent("lines.txt")
      try Data(lines.joined(separator: "\n").utf8).write(to: file)
      data = file.path
    }

    func remove() { try? FileManager.default.removeItem(at: folder) }

    func session(_ settings: [String]) throws -> any TrainingSession {
      let yaml = """
        task: pretrain
        objective: {kind: span_corruption, rate: 0.3, mean_length: 2}
        seed: 3
        model:
          config: {model_type: t5, d_model: 24, d_kv: 6, num_heads: 4, d_ff: 32, num_layers: 2, vocab_size: 20,
            relative_attention_num_buckets: 8, relative_attention_max_distance: 20, decoder_start_token_id: 0}
          deviation: 0.2
        data: [{path: \(data), documents: lines}]
        sequence: {length: 12}
        optimizer: {kind: adamw, learning_rate: 1e-2}
        schedule: {kind: constant}
        batch: {size: 4}
        steps: 30
        clip: 1.0
        validation: {fraction: 0.25}
        evaluation: {every: 30, batches: 4}
        checkpoint: {every: 3, keep: 2}
        """
      let recipe = try Recipe(yaml: yaml, file: "recipe.yaml", settings: settings)
      guard case .fresh(let config, let deviation) = recipe.model else { throw CocoaError(.featureUnsupported) }
      let language = DecoderSession.Language(
        tokenizer: tokenizer, template: nil, now: CivilTime(year: 2026, month: 1, day: 1))
      return try TrainingBase.fresh(config, deviation: deviation, for: recipe)
        .session(for: recipe, language: language, on: CPU(threads: 1))
    }

    func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    func train(_ session: any TrainingSession, _ name: String, until stop: Int? = nil) throws -> [EvaluationResult] {
      let run = try RunFolder(path(name), keep: 2, resumption: .auto, reports: [], machine: .silent())
      var (step, results) = (0, [EvaluationResult]())
      _ = try session.train(
        in: run, resumption: .auto, resumed: { _ in }, observe: { step = $0.step }, measured: { results.append($0) },
        shouldStop: { stop.map { step >= $0 } ?? false })
      return results
    }
  }

  @Test("A model learns to restore spans, and is written as a folder that loads and computes the same")
  func learning() throws {
    let small = try SmallT5()
    defer { small.remove() }
    let session = try small.session([])
    let results = try small.train(session, "run")
    #expect(try #require(results.last).loss < #require(results.first).loss)
    try session.writeResult(to: small.path("final"), companions: nil)
    let cpu = CPU(threads: 1)
    let again = try EncoderDecoderLM.load(ModelFolder.open(small.path("final")), use: .trainingAll, cpu: cpu)
    let stored = Dictionary(uniqueKeysWithValues: again.parameters.map { ($0.name, $0.value.toArray()) })
    for weight in session.weights { #expect(stored[weight.name] == weight.value.toArray(), "\(weight.name)") }
  }

  @Test("A run that was stopped and resumed ends in the weights of one that was not")
  func resumed() throws {
    let small = try SmallT5()
    defer { small.remove() }
    func train(_ name: String, until stop: Int? = nil) throws -> [[UInt32]] {
      let session = try small.session(["steps=6", "dropout=0.2", "evaluation.every=4"])
      _ = try small.train(session, name, until: stop)
      return SmallEncoder.bits(session.weights)
    }
    let whole = try train("whole")
    #expect(try train("part", until: 4) != whole)
    #expect(try train("part") == whole)
  }

  @Test(
    "An adapter learns beside a model that stays, and a resumed one has the same bits",
    arguments: [
      ["train.method=lora", "train.rank=2", "train.targets=[q, v]", "train.dropout=0.1"],
      ["train.method=lora", "train.rank=2"], ["train.method=ia3", "train.targets=[k, v]"],
      ["train.method=vera", "train.rank=4", "train.targets=[q, wo]"],
    ])
  func adapters(train: [String]) throws {
    let small = try SmallT5()
    defer { small.remove() }
    func run(_ name: String, until stop: Int? = nil) throws -> (any TrainingSession, [[UInt32]]) {
      let session = try small.session(train + ["steps=6"])
      let before = SmallEncoder.bits(session.weights)
      _ = try small.train(session, name, until: stop)
      #expect(SmallEncoder.bits(session.weights) == before)
      return (session, SmallEncoder.bits(try #require(session.adapter).adapter.parameters))
    }
    let (session, whole) = try run("whole")
    #expect(try run("part", until: 4).1 != whole)
    #expect(try run("part").1 == whole)
    try session.writeResult(to: small.path("final"), companions: nil)
    let configuration = try String(contentsOfFile: small.path("final/adapter_config.json"), encoding: .utf8)
    #expect(configuration.contains("SEQ_2_SEQ_LM"))
    let names = try SafetensorsFile.open(small.path("final/adapter_model.safetensors")).tensorNames
    #expect(names.contains { $0.hasPrefix("base_model.model.decoder.block.1.layer.1.EncDecAttention.") })
    #expect(names.contains { $0.hasPrefix("base_model.model.encoder.block.0.layer.") })
  }

  @Test("Adapters that are no change of linear maps are refused", arguments: ["prefix", "llama_adapter", "adalora"])
  func otherAdapters(method: String) throws {
    let small = try SmallT5()
    defer { small.remove() }
    let error = #expect(throws: TrainingError.self) { try small.session(["train.method=\(method)"]) }
    #expect(error?.code == .unsupported)
  }
}
