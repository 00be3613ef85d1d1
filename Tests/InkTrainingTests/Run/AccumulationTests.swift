import Foundation
import InkTensor
import InkTraining
import Testing

/// A batch that is computed in parts is the batch that is computed at once.
@Suite struct AccumulationTests {
  @Test(
    "Accumulated parts give the weights of the large batch but for rounding",
    arguments: ["decoder", "adapter", "encoder", "spans"])
  func parts(kind: String) throws {
    let (run, encoder, small) = (try TinyRun(), try SmallEncoder(), try SmallT5())
    defer {
      run.remove()
      encoder.remove()
      small.remove()
    }
    func weights(_ parts: Int) throws -> [Float] {
      let settings = ["steps=5", "optimizer.learning_rate=1e-3", "batch.size=8", "batch.accumulate=\(parts)"]
      let session: any TrainingSession
      if kind == "decoder" || kind == "adapter" {
        let train = kind == "adapter" ? "train: {method: lora, rank: 2, variant: dora}" : ""
        let own = try run.session(try run.recipe(train, settings: settings))
        var training = try own.run(in: try run.open("parts \(parts)"), resumption: .auto) { _ in }
        _ = try training.run(shouldStop: { false })
        session = own
      } else if kind == "encoder" {
        session = try encoder.session(try SmallTask.classify.recipe(encoder, settings))
        try encoder.train(session, "parts \(parts)")
      } else {
        session = try small.session(settings)
        _ = try small.train(session, "parts \(parts)")
      }
      return session.model.parameters.flatMap { $0.value.toArray() }
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
    // Steps that are too small for any weight leave the loss where it is.
    let recipe = try SmallTask.classify.recipe(
      encoder,
      [
        "steps=8", "evaluation.every=1", "evaluation.stop_after=\(evaluations)", "optimizer.learning_rate=1e-20",
        "schedule.warmup=0",
      ])
    let still = try encoder.session(recipe).train(
      in: try encoder.open("still"), resumption: .auto, resumed: { _ in }, observe: { _ in }, shouldStop: { false })
    #expect(still.step == evaluations)
    guard case .stopped(let reason) = still.end else {
      Issue.record("\(still.end)")
      return
    }
    #expect(reason.contains("\(evaluations)"))
  }
}
