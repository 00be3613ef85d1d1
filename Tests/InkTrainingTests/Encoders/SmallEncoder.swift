import Foundation
import InkModels
import InkTensor
import InkTokenizers
import InkTraining
import Testing

/// A small encoder that begins from nothing, with a vocabulary of words, and runs in a folder of its own.
struct SmallEncoder {
  static let colours = ["red", "blue", "green", "white"]
  static let animals = ["dog", "cat", "bird", "horse"]
  private static let words =
    [
      "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "a", "is", "here", "there", "run", "##ning", "##s", "北", "京",
      "大", "学",
    ]
    + colours + animals

  let folder: URL
  let tokenizer: Tokenizer

  init() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("encoder-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    tokenizer = try Tokenizer(wordPieceVocabulary: Array(Self.words.joined(separator: "\n").utf8))
  }

  func remove() { try? FileManager.default.removeItem(at: folder) }

  /// Writes lines of JSON; gives the path.
  func file(_ name: String, _ lines: [String]) throws -> String {
    let url = folder.appendingPathComponent(name)
    try Data(lines.joined(separator: "\n").utf8).write(to: url)
    return url.path
  }

  /// Sentences of a colour, an animal and a place, no two alike.
  static let sentences = (0..<48).map { number in
    let place = ["here", "there", "run"][number / 16]
    return (
      text: "the \(colours[number % 4]) \(animals[number / 4 % 4]) is \(place)", colour: number % 4,
      animal: number / 4 % 4, place: place
    )
  }

  /// What a recipe says but for its task and its data.
  static let settings = """
    seed: 3
    model:
      config: {model_type: bert, hidden_size: 24, intermediate_size: 32, num_hidden_layers: 2, num_attention_heads: 4,
        vocab_size: 32, max_position_embeddings: 32}
      deviation: 0.2
    sequence: {length: 16, too_long: truncate}
    optimizer: {kind: adamw, learning_rate: 1e-2}
    schedule: {kind: cosine, warmup: 2}
    batch: {size: 8}
    steps: 12
    clip: 1.0
    validation: {fraction: 0.25}
    evaluation: {every: 6, batches: 4}
    checkpoint: {every: 3, keep: 2}
    """

  func recipe(_ task: String, data: String, _ settings: [String] = []) throws -> Recipe {
    try Recipe(yaml: "\(task)\ndata: [{path: \(data)}]\n\(Self.settings)", file: "recipe.yaml", settings: settings)
  }

  /// A session on a base; without a folder on one from nothing.
  func session(
    _ recipe: Recipe, base: String? = nil, threads: Int = 1
  ) throws -> any TrainingSession {
    try session(recipe, base: base, on: CPU(threads: threads))
  }

  /// A session on a backend; on one that plans, of weights without numbers.
  func session(_ recipe: Recipe, base: String? = nil, on cpu: CPU) throws -> any TrainingSession {
    var opened: TrainingBase
    if let base {
      opened = try TrainingBase.open(base, for: recipe)
    } else {
      guard case .fresh(let config, let deviation) = recipe.model else { throw CocoaError(.featureUnsupported) }
      opened = try TrainingBase.fresh(config, deviation: deviation, for: recipe)
    }
    if cpu.isPlanning { opened = opened.planned(for: recipe) }
    let language = DecoderSession.Language(
      tokenizer: tokenizer, template: nil, now: CivilTime(year: 2026, month: 1, day: 1))
    return try opened.session(for: recipe, language: language, on: cpu)
  }

  func open(_ name: String) throws(TrainingError) -> RunFolder {
    try RunFolder(path(name), keep: 2, resumption: .auto, reports: [], machine: .silent())
  }

  func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

  /// Trains to the end, or until behind a step; gives what was measured and the losses of the steps.
  @discardableResult
  func train(
    _ session: any TrainingSession, _ name: String, until stop: Int? = nil
  ) throws -> (measured: [EvaluationResult], losses: [Double]) {
    var (step, results, losses) = (0, [EvaluationResult](), [Double]())
    _ = try session.train(
      in: try open(name), resumption: .auto, resumed: { _ in },
      observe: { report in
        step = report.step
        losses.append(report.loss)
      }, measured: { results.append($0) }, shouldStop: { stop.map { step >= $0 } ?? false })
    return (results, losses)
  }

  static func bits(_ parameters: [Parameter]) -> [[UInt32]] {
    parameters.map { $0.value.toArray().map(\.bitPattern) }
  }
}

extension EvaluationResult {
  /// A measure that is there.
  func value(_ kind: Measure.Kind) throws -> Double {
    try #require(measures.first { $0.kind == kind }, "no \(kind.rawValue)").value
  }
}
