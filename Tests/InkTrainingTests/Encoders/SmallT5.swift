import Foundation
import InkTensor
import InkTokenizers
import InkTraining

/// A small T5 that begins from nothing, with spans of words to restore, in a folder of its own.
struct SmallT5 {
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

  /// A session on a base; without a folder on one from nothing.
  ///
  /// - Parameter train: what the recipe says of the weights that change.
  func session(
    _ settings: [String], train: String = "", base: String? = nil, on cpu: CPU = CPU(threads: 1)
  ) throws -> any TrainingSession {
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
      train: {\(train)}
      """
    let recipe = try Recipe(yaml: yaml, file: "recipe.yaml", settings: settings)
    let language = DecoderSession.Language(
      tokenizer: tokenizer, template: nil, now: CivilTime(year: 2026, month: 1, day: 1))
    let opened: TrainingBase
    if let base {
      opened = try TrainingBase.open(base, for: recipe)
    } else {
      guard case .fresh(let config, let deviation) = recipe.model else { throw CocoaError(.featureUnsupported) }
      opened = try TrainingBase.fresh(config, deviation: deviation, for: recipe)
    }
    return try (cpu.isPlanning ? opened.planned(for: recipe) : opened)
      .session(for: recipe, language: language, on: cpu)
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
