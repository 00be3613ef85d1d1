import Foundation
import InkData
import InkTensor
import InkTraining
import Testing

/// What attacks do to embeddings and leave of weights.
@Suite("Adversarial training") struct AdversarialTests {
  private static let batch = WatchedModel.batch("the quick brown fox jumps over the lazy dog")

  private static func attack(_ kind: AdversarialTraining?) throws -> (WatchedModel, GradientStore, Double) {
    let model = WatchedModel()
    let store = GradientStore(of: model.parameters.map(\.value))
    let pass = GradientPass(model: model, store: store, adversarial: kind, seed: 1, cpu: CPU(threads: 1))
    let loss = try pass.run([batch], weight: batch.lossWeight, step: 0)
    return (model, store, loss)
  }

  /// A step of the same line.
  private static func step() throws -> BatchStep<SuccessorBatch> {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("line-\(UUID().uuidString).txt")
    defer { try? FileManager.default.removeItem(at: file) }
    try Data("the quick brown fox jumps over the lazy dog".utf8).write(to: file)
    let mixture = try DataMixture(
      [Dataset(DataSource(name: "line", paths: [file.path]))], seed: 1, order: .given, exhaustion: .never)
    var stream = try BatchStream(mixture, task: SuccessorTask(), plan: BatchPlan(size: .rows(1)))
    return try #require(try stream.next())
  }

  private static func norm(_ values: [Float]) -> Double {
    values.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
  }

  private static func distance(_ first: [Float], _ second: [Float]) -> Double { norm(zip(first, second).map(-)) }

  @Test("FGM moves the table by its epsilon to a higher loss and puts it back to the bit", arguments: [0.05, 0.5, 1])
  func fastGradient(epsilon: Float) throws {
    let before = WatchedModel().bits
    let (model, store, loss) = try Self.attack(.fgm(epsilon: epsilon))
    let passes = model.log.passes
    #expect(passes.count == 2)
    #expect(abs(Self.distance(passes[1].table, passes[0].table) - Double(epsilon)) < 1e-4 * Double(epsilon))
    #expect(try #require(passes[1].loss) > loss)
    #expect(passes[0].loss == loss)
    #expect(model.bits == before)
    // Both gradients count.
    let clean = try Self.attack(nil).1
    let table = model.parameters[0].value
    let cleanTable = try #require(clean[clean.parameters[0]]).toArray()
    #expect(try Self.distance(#require(store[table]).toArray(), cleanTable) > 0.1 * Self.norm(cleanTable))
  }

  @Test("PGD stays within its epsilon, reaches it, and puts the table back to the bit")
  func projected() throws {
    let before = WatchedModel().bits
    let (model, _, loss) = try Self.attack(.pgd(epsilon: 0.5, alpha: 0.2, steps: 5))
    let passes = model.log.passes
    #expect(passes.count == 6)
    let moves = passes.map { Self.distance($0.table, passes[0].table) }
    #expect(abs(moves[1] - 0.2) < 1e-4)
    for move in moves { #expect(move <= 0.5 * (1 + 1e-5)) }
    #expect(abs(moves[5] - 0.5) < 1e-4)
    let losses = passes.compactMap(\.loss)
    #expect(losses[1] > loss)
    #expect(losses[5] > losses[1])
    #expect(model.bits == before)
  }

  @Test("FreeLB moves the batch's rows within its epsilon, to higher losses, and no weight")
  func rows() throws {
    let before = WatchedModel().bits
    let (model, _, loss) = try Self.attack(.freeLB(epsilon: 0.6, alpha: 0.4, start: 0.1, steps: 4))
    let passes = model.log.passes
    #expect(passes.count == 4)
    let sizes = try passes.map { try Self.norm(#require($0.perturbation)) }
    #expect(sizes[0] > 0 && sizes[0] <= 0.1)
    for size in sizes { #expect(size <= 0.6 * (1 + 1e-5)) }
    #expect(abs(sizes[3] - 0.6) < 1e-4)
    let losses = passes.compactMap(\.loss)
    for (earlier, later) in zip(losses, losses.dropFirst()) { #expect(later > earlier) }
    #expect(abs(losses.reduce(0, +) - loss) < 1e-6)
    #expect(model.bits == before)
  }

  @Test("FreeAT updates the weights at every use, and moves each element by its epsilon along the gradient")
  func free() throws {
    let model = WatchedModel()
    let before = model.parameters[0].value.toArray()
    // Updates that are too small for the loss: what it grows by, the perturbation does.
    var trainer = try Trainer(
      model: model,
      settings: TrainerSettings(
        optimizer: .adamW(),
        schedule: try LearningRateSchedule(peak: 1e-6, warmUpSteps: 0, totalSteps: 10, shape: .constant),
        adversarial: .freeAT(epsilon: 0.02, replays: 4)), on: CPU(threads: 1))
    let step = try Self.step()
    let report = try trainer.advance(step)
    #expect(report.step == 1)
    let passes = model.log.passes
    #expect(passes.count == 4)
    #expect(passes[0].loss == report.loss)
    #expect(passes[0].table == before)
    for (earlier, later) in zip(passes, passes.dropFirst()) {
      #expect(later.table != earlier.table)
      #expect(try #require(later.loss) > #require(earlier.loss) - 1e-4)
    }
    #expect(try #require(passes[1].loss) > #require(passes[0].loss) + 1e-3)
    #expect(try #require(passes[0].perturbation).allSatisfy { $0 == 0 })
    for pass in passes.dropFirst() {
      #expect(try #require(pass.perturbation).allSatisfy { [-0.02, 0, 0.02].contains($0) })
    }
    // The next batch begins without one.
    _ = try trainer.advance(step)
    #expect(try #require(model.log.passes[4].perturbation).allSatisfy { $0 == 0 })
    #expect(try trainer.optimizer.exportedState().last?.tensor.toIntegers() == [8, 8])
  }

  @Test("SMART finds rows within its epsilon that move the outputs more than the ones it began with")
  func smooth() throws {
    let before = WatchedModel().bits
    let (model, store, loss) = try Self.attack(
      .smart(weight: 5, epsilon: 0.05, alpha: 0.02, deviation: 0.01, steps: 4))
    let cpu = CPU(threads: 1)
    let found = model.log.passes.compactMap(\.perturbation)
    #expect(found.count == 5)
    for perturbation in found.dropFirst() { #expect(perturbation.allSatisfy { abs($0) <= 0.05 }) }
    let deviation = Self.norm(found[0]) / Double(found[0].count).squareRoot()
    #expect(deviation > 0.005 && deviation < 0.015)
    func divergence(_ perturbation: [Float]) throws -> Float {
      let moment = TrainingMoment(seed: 1, step: 0, part: 0)
      let clean = try model.predictions(of: Self.batch, share: 1, moment: moment, perturbation: nil, on: cpu)
      let moved = try model.predictions(
        of: Self.batch, share: 1, moment: moment,
        perturbation: Tensor(perturbation, shape: model.embeddingShape(of: Self.batch)), on: cpu)
      return cpu.symmetricDivergence(clean.logits, moved.logits, rowWeights: clean.weights)
        .toArray()[0]
    }
    #expect(try divergence(found[4]) > 2 * divergence(found[0]))
    #expect(model.bits == before)
    // The report is the clean loss; the gradient is not the clean one.
    let (_, clean, cleanLoss) = try Self.attack(nil)
    #expect(loss == cleanLoss)
    let gradient = try #require(store[model.parameters[0].value]).toArray()
    #expect(try gradient != #require(clean[clean.parameters[0]]).toArray())
  }

  @Test("SMART is refused for models whose outputs are no distributions")
  func refused() throws {
    let model = SuccessorModel(seed: 1)
    let pass = GradientPass(
      model: model, store: GradientStore(of: model.parameters.map(\.value)),
      adversarial: .smart(weight: 1, epsilon: 1, alpha: 1, deviation: 1, steps: 1), seed: 0, cpu: CPU(threads: 1))
    let error = #expect(throws: TrainingError.self) { try pass.run([Self.batch], weight: 1, step: 0) }
    #expect(error?.code == .unsupported)
  }

  @Test("NEFTune's noise is uniform within alpha over the root of length and width, and named by step and part")
  func noise() throws {
    let run = try TinyRun()
    defer { run.remove() }
    let model = try run.session(try run.recipe("neftune: 5"), threads: 1).model
    var batch = CausalBatch([])
    batch.lengths = [4, 100]
    batch.prefixLengths = [0, 0]
    batch.tokens = Array(repeating: 1, count: 104)
    let width = 32
    func noise(_ step: Int, _ part: Int) throws -> [Float] {
      try #require(model.noise(of: batch, moment: TrainingMoment(seed: 3, step: step, part: part))).toArray()
    }
    let found = try noise(0, 0)
    #expect(found.count == 104 * width)
    for (rows, length) in [(0..<4 * width, 4.0), (4 * width..<104 * width, 100.0)] {
      let bound = 5 / (length * Double(width)).squareRoot()
      let largest = found[rows].map { Double(abs($0)) }.max() ?? 0
      #expect(largest <= bound * (1 + 1e-6) && largest > 0.9 * bound)
    }
    #expect(try noise(0, 0) == found)
    #expect(try noise(1, 0) != found)
    #expect(try noise(0, 1) != found)
    #expect(
      try run.session(try run.recipe(), threads: 1).model
        .noise(of: batch, moment: TrainingMoment(seed: 3, step: 0, part: 0)) == nil)
  }

  @Test(
    "a run under any attack that was stopped and resumed has the bits of one that was not",
    arguments: [
      "adversarial: {kind: fgm, epsilon: 0.5}", "adversarial: {kind: pgd, epsilon: 0.5, alpha: 0.3, steps: 2}",
      "adversarial: {kind: freelb, steps: 2}", "adversarial: {kind: freeat, epsilon: 0.01, steps: 2}",
      "adversarial: {kind: smart, epsilon: 1e-3, steps: 1}", "neftune: 5",
    ])
  func resumed(attack: String) throws {
    let run = try TinyRun()
    defer { run.remove() }
    let settings = ["steps=6", "evaluation.every=3"]
    func train(_ name: String, until stop: Int? = nil, _ more: String) throws -> [[UInt32]] {
      let session = try run.session(try run.recipe(more, settings: settings), threads: 1)
      var step = 0
      var training = try session.run(in: try run.open(name), resumption: .auto) { _ in }
      _ = try training.run(observe: { step = $0.step }, shouldStop: { stop.map { step >= $0 } ?? false })
      return session.weights.map { $0.value.toArray().map(\.bitPattern) }
    }
    let whole = try train("whole", attack)
    #expect(try train("plain", "") != whole)
    #expect(try train("part", until: 4, attack) != whole)
    #expect(try train("part", attack) == whole)
    #expect(try run.metrics("part") == run.metrics("whole"))
  }
}
