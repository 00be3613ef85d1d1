import Foundation
import InkFormats
import InkModels
import InkTensor
import InkTraining
import Testing

/// Whole runs of some steps beside PyTorch and transformers, from the same weights and batch.
@Suite(.enabled(if: FileManager.default.fileExists(atPath: "\(GoldenTraining.root)/llama/other_optimizers.json")))
struct GoldenOptimizerTests {
  struct Run: Decodable {
    let losses: [Double]
    let final_q_proj_layer1_first_row: [Float]
  }

  struct Others: Decodable { let optimizers: [String: Run] }

  struct AdamRun: Decodable {
    let lr_used_per_step: [Double]
    let loss_before_each_step: [Double]
    let grad_norm_before_clip: [Double]
    let loss_after_last_step: Double
  }

  struct Expected: Decodable { let adamw: AdamRun }

  /// A model under training.
  struct Session {
    let checkpoint: DecoderCheckpoint
    let model: DecoderLM
    let rows: TrainingRows
    let store: GradientStore
    let optimizer: Optimizer
    let cpu = CPU(threads: 2)

    init(_ name: String, _ settings: OptimizerSettings, weightDecay: Double, decayed: ParameterGrouping.Decayed) throws
    {
      let golden = GoldenTraining(name)
      rows = try TrainingRows.of(golden.open("loss_and_grads"))
      checkpoint = try DecoderCheckpoint.open(golden.folder)
      model = try checkpoint.load(use: .trainingAll, on: cpu)
      store = GradientStore(of: model.parameters.map(\.value))
      let grouping = ParameterGrouping(weightDecay: weightDecay, decayed: decayed)
      optimizer = try Optimizer(settings, plans: grouping.plans(for: model.parameters))
    }

    /// The loss, and its gradients in the store.
    func loss() -> Double {
      store.clear()
      let loss = cpu.valueAndGradient(of: store) { cpu in
        let hidden = model.hiddenStates(tokens: rows.tokens, segments: rows.segments, activations: .kept, on: cpu)
        return model.loss(of: hidden, targets: rows.targets, weights: rows.weights, on: cpu).loss
      }
      return Double(loss.toArray()[0])
    }

    func step(rate: Double, clipping: GradientClipping) throws -> Double {
      try optimizer.step(
        gradients: model.parameters.map { store[$0.value] }, learningRate: rate, clipping: clipping, on: cpu)
    }
  }

  private static func json<Value: Decodable>(_ type: Value.Type, _ path: String) throws -> Value {
    try JSONDecoder().decode(type, from: Data(contentsOf: URL(fileURLWithPath: "\(GoldenTraining.root)/\(path)")))
  }

  private static let others: [(String, OptimizerSettings, Double, Double)] = [
    ("sgd_momentum", .descent(.heavyBall(momentum: 0.9)), 0.05, 0.01),
    ("sgd_nesterov", .descent(.nesterov(momentum: 0.9)), 0.05, 0), ("adam", .adam(), 0.005, 0),
    ("adagrad", .adagrad(), 0.01, 0), ("rmsprop", .rmsprop(), 0.001, 0), ("adafactor", .adafactor(), 0.01, 0),
  ]

  @Test("Losses of five steps are the reference's", arguments: others)
  func losses(_ name: String, _ settings: OptimizerSettings, _ rate: Double, _ weightDecay: Double) throws {
    let expected = try #require(
      try Self.json(Others.self, "llama/other_optimizers.json").optimizers[name])
    let session = try Session("llama", settings, weightDecay: weightDecay, decayed: .all)
    for (step, loss) in expected.losses.enumerated() {
      #expect(abs(session.loss() - loss) <= 1e-4, "step \(step)")
      if step + 1 < expected.losses.count { _ = try session.step(rate: rate, clipping: .none) }
    }
    let weights = try session.checkpoint.exported(session.model.parameters.map { ($0.name, $0.value) })
    let query = try #require(weights.first { $0.name == "model.layers.1.self_attn.q_proj.weight" })
    let row = Array(try query.float32().toArray().prefix(expected.final_q_proj_layer1_first_row.count))
    let worst = zip(row, expected.final_q_proj_layer1_first_row).map { abs($0 - $1) }.max() ?? .infinity
    #expect(worst <= 1e-4)
  }

  @Test("AdamW with clipping, warm-up and cosine ends with the reference's weights", arguments: ["llama", "gpt2"])
  func adamW(_ name: String) throws {
    let expected = try Self.json(Expected.self, "\(name)/expected.json").adamw
    let schedule = try LearningRateSchedule(peak: 0.01, warmUpSteps: 2, totalSteps: 8, shape: .cosine())
    let session = try Session(
      name, .adamW(beta1: 0.9, beta2: 0.95), weightDecay: 0.1, decayed: .matrices)
    for (step, loss) in expected.loss_before_each_step.enumerated() {
      #expect(abs(session.loss() - loss) <= 1e-4, "step \(step)")
      #expect(abs(schedule.rate(at: step) - expected.lr_used_per_step[step]) <= 1e-12)
      let norm = try session.step(rate: schedule.rate(at: step), clipping: .norm(1))
      #expect(abs(norm - expected.grad_norm_before_clip[step]) <= 1e-3, "step \(step)")
    }
    #expect(abs(session.loss() - expected.loss_after_last_step) <= 1e-4)
    let final = try GoldenTraining(name).open("adamw_final")
    for tensor in try session.checkpoint.exported(session.model.parameters.map { ($0.name, $0.value) }) {
      let (found, reference) = (try tensor.float32().toArray(), try final.tensor(tensor.name).toArray())
      // The loss does not depend on the biases of keys, and Adam makes full steps of the rounding noise of zero.
      let keys = tensor.name.hasSuffix("c_attn.bias") ? found.count / 3..<found.count / 3 * 2 : 0..<0
      let differences = zip(found, reference).map { abs($0 - $1) }.enumerated()
      let worst = differences.filter { !keys.contains($0.offset) }.map(\.element).max() ?? .infinity
      #expect(found.count == reference.count && worst <= 2e-3, "\(tensor.name): \(worst)")
    }
  }
}
