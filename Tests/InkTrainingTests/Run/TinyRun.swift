import Foundation
import InkModels
import InkTensor
import InkTokenizers
import InkTraining

/// A small model that learns a few lines, in a folder of its own.
struct TinyRun: Sendable {
  let folder: URL
  let language: DecoderSession.Language
  private let data: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("run-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    data = folder.appendingPathComponent("lines.txt")
    let lines = (0..<40).map { "the line \($0) says that \($0 * 7 % 13) follows \($0 * 5 % 11)" }
    try Data(lines.joined(separator: "\n").utf8).write(to: data)
    let tokenizer = try BytePairTrainer(vocabularySize: 300).train(on: lines).tokenizer()
    language = DecoderSession.Language(
      tokenizer: tokenizer, template: nil, now: CivilTime(year: 2026, month: 1, day: 1))
  }

  func remove() { try? FileManager.default.removeItem(at: folder) }

  /// The recipe with lines added.
  func recipe(_ more: String = "", settings: [String] = []) throws(TrainingError) -> Recipe {
    try Recipe(yaml: yaml(more), file: "recipe.yaml", settings: settings)
  }

  /// The recipe's text with lines added.
  func yaml(_ more: String) -> String {
    """
    task: pretrain
    seed: 3
    model:
      config: {model_type: llama, hidden_size: 32, intermediate_size: 48, num_hidden_layers: 2, num_attention_heads: 4,
        num_key_value_heads: 2, vocab_size: 320, max_position_embeddings: 64, rms_norm_eps: 1e-5}
    tokenizer: {vocabulary: 300}
    data: [{path: \(data.path), documents: lines}]
    sequence: {length: 32, packing: concatenate}
    optimizer: {kind: adamw, learning_rate: 1e-2}
    schedule: {kind: cosine, warmup: 2}
    batch: {size: 4, accumulate: 2}
    steps: 12
    clip: 1.0
    average: 0.9
    validation: {fraction: 0.2}
    evaluation: {every: 5, batches: 2}
    checkpoint: {every: 3, keep: 2}
    \(more)
    """
  }

  func session(_ recipe: Recipe, threads: Int = 2) throws -> DecoderSession {
    try session(recipe, on: CPU(threads: threads))
  }

  /// A session on a backend; on one that plans, of weights without numbers.
  func session(_ recipe: Recipe, on cpu: CPU) throws -> DecoderSession {
    guard case .fresh(let config, let deviation) = recipe.model else { throw CocoaError(.featureUnsupported) }
    let base = try TrainingBase.fresh(config, deviation: deviation, for: recipe)
    guard case .decoder(let checkpoint) = cpu.isPlanning ? base.planned(for: recipe) : base else {
      throw CocoaError(.featureUnsupported)
    }
    return try DecoderSession(recipe, checkpoint: checkpoint, language: language, on: cpu)
  }

  func open(_ name: String, keep: Int = 2) throws(TrainingError) -> RunFolder {
    try RunFolder(
      folder.appendingPathComponent(name).path, keep: keep, resumption: .auto, reports: [], machine: .silent())
  }

  /// What a run noted of its steps, and of what it measured.
  func metrics(_ name: String) throws -> [Data] {
    let run = folder.appendingPathComponent(name)
    let evaluations = run.appendingPathComponent("evaluations.jsonl")
    var logs = [try Data(contentsOf: run.appendingPathComponent("metrics.jsonl"))]
    if FileManager.default.fileExists(atPath: evaluations.path) { logs.append(try Data(contentsOf: evaluations)) }
    return logs
  }
}
