import Foundation
import InkTensor
import InkTraining
import Testing

/// A batch that is computed in parts is the batch that is computed at once.
@Suite struct AccumulationTests {
  @Test(
    "Accumulated parts give a decoder, or what is trained beside it, the weights of the large batch to the bit",
    arguments: ["method: full", "method: lora, rank: 2, variant: dora"])
  func decoder(train: String) throws {
    let run = try TinyRun()
    defer { run.remove() }
    func weights(_ parts: Int) throws -> ([[UInt32]], [Double]) {
      let recipe = try run.recipe("train: {\(train)}", settings: ["steps=5", "batch.accumulate=\(parts)"])
      let session = try run.session(recipe)
      var losses: [Double] = []
      var training = try session.run(in: try run.open("parts \(parts)"), resumption: .auto) { _ in }
      _ = try training.run(observe: { losses.append($0.loss) }, shouldStop: { false })
      return (session.model.parameters.map { $0.value.toArray().map(\.bitPattern) }, losses)
    }
    let (whole, losses) = try weights(1)
    for parts in [2, 4] {
      let (found, own) = try weights(parts)
      #expect(found == whole, "\(parts) parts")
      for (one, other) in zip(losses, own) { #expect(abs(one - other) < 1e-6 * one, "\(parts) parts") }
    }
  }

  @Test(
    "They give encoders, and encoders with a decoder, its weights but for rounding", arguments: ["encoder", "spans"])
  func others(kind: String) throws {
    let (encoder, small) = (try SmallEncoder(), try SmallT5())
    defer {
      encoder.remove()
      small.remove()
    }
    func weights(_ parts: Int) throws -> [Float] {
      let settings = ["steps=5", "optimizer.learning_rate=1e-3", "batch.size=8", "batch.accumulate=\(parts)"]
      let session: any TrainingSession
      if kind == "encoder" {
        session = try encoder.session(try SmallTask.classify.recipe(encoder, settings))
        try encoder.train(session, "parts \(parts)")
      } else {
        session = try small.session(settings)
        _ = try small.train(session, "parts \(parts)")
      }
      return session.weights.flatMap { $0.value.toArray() }
    }
    let whole = try weights(1)
    for parts in [2, 4] {
      let distance = zip(try weights(parts), whole).map { abs($0 - $1) }.max() ?? .infinity
      #expect(distance < 1e-4, "\(parts) parts: \(distance)")
    }
  }

  @Test("A run ends when its target has not improved so many times, and not before", arguments: [1, 3])
  func patience(evaluations: Int) throws {
    let encoder = try SmallEncoder()
    defer { encoder.remove() }
    func train(_ rate: String, _ name: String) throws -> RunOutcome {
      let recipe = try SmallTask.classify.recipe(
        encoder,
        [
          "steps=8", "evaluation.every=1", "evaluation.stop_after=\(evaluations)", "optimizer.learning_rate=\(rate)",
          "schedule.warmup=0",
        ])
      return try encoder.session(recipe).train(
        in: try encoder.open(name), resumption: .auto, resumed: { _ in }, observe: { _ in }, shouldStop: { false })
    }
    // Steps that are too small for any weight leave the loss where it is.
    let still = try train("1e-20", "still")
    #expect(still.step == evaluations)
    guard case .stopped(let reason) = still.end else {
      Issue.record("\(still.end)")
      return
    }
    #expect(reason.contains("\(evaluations)"))
    #expect(try train("3e-3", "learning").end == .finished)
  }
}
