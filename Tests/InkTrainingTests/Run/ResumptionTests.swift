import Foundation
import InkData
import InkFormats
import InkNN
import InkTensor
import InkTraining
import Testing

@Suite struct ResumptionTests {
  /// Trains until the end, from where the folder's newest checkpoint is; gives the bits of the weights.
  private func train(_ run: TinyRun, _ name: String, threads: Int = 2) throws -> [[UInt32]] {
    let session = try run.session(try run.recipe(), threads: threads)
    var training = try session.run(in: try run.open(name), resumption: .auto) { _ in }
    #expect(try training.run(shouldStop: { false }) == .finished)
    return session.weights.map { $0.value.toArray().map(\.bitPattern) }
  }

  @Test("Examples that are too long and dropped are counted at the end, also when the run was stopped between")
  func dropped() throws {
    let run = try TinyRun()
    defer { run.remove() }
    let texts = (0..<30).map { $0 % 3 == 0 ? String(repeating: "says that ", count: 30) : "the line \($0)" }
    let file = run.folder.appendingPathComponent("texts.txt")
    try Data(texts.joined(separator: "\n").utf8).write(to: file)
    let recipe = try run.recipe(
      settings: [
        "sequence={length: 32, packing: pack, too_long: drop}", "steps=8", "validation=~",
        "data=[{path: \(file.path), documents: lines}]",
      ])
    func train(_ name: String, until stop: Int? = nil) throws -> RunOutcome {
      var step = 0
      return try run.session(recipe).train(
        in: try run.open(name), resumption: .auto, resumed: { _ in }, observe: { step = $0.step },
        shouldStop: { step == stop })
    }
    let whole = try train("whole")
    let counts = whole.samples.counts
    #expect(counts.tooLong > 0 && counts.drawn > counts.tooLong)
    #expect(whole.samples.remark?.hasPrefix("\(counts.tooLong) of \(counts.drawn) examples were left out") == true)
    #expect(whole.samples.remark?.contains("texts.txt:") == true)
    #expect(try train("part", until: 3).end == .interrupted)
    #expect(try train("part").samples.counts == counts)
    let path = run.folder.appendingPathComponent("part").path
    #expect(try RunSummary(folder: path).data == DataSummary(steps: 8, examples: counts))
    #expect(try run.metrics("part") == run.metrics("whole"))
    #expect(try !run.metrics("part").contains { String(decoding: $0, as: UTF8.self).contains("too_long") })
  }

  @Test("One thread and two give the same weights and the same log")
  func threads() throws {
    let run = try TinyRun()
    defer { run.remove() }
    #expect(try train(run, "one", threads: 1) == train(run, "two", threads: 2))
    #expect(try run.metrics("one") == run.metrics("two"))
  }

  @Test(
    "A run that was killed behind any step ends in the weights and the log of one that was not",
    arguments: [1, 2, 3, 5, 7, 11])
  func killed(after steps: Int) throws {
    let run = try TinyRun()
    defer { run.remove() }
    let whole = try train(run, "whole")
    // The recorder fails at a step, as a process does that is killed there; nothing is tidied up.
    do {
      let session = try run.session(try run.recipe())
      let folder = try run.open("killed")
      let recorder = FailingRecorder(folder, after: steps)
      var training = try session.run(in: folder, resumption: .auto, recorder: recorder) { _ in }
      #expect(throws: TrainingError.self) { try training.run(shouldStop: { false }) }
    }
    #expect(try train(run, "killed") == whole)
    #expect(try run.metrics("killed") == run.metrics("whole"))
  }

  @Test("A run that is asked to stop writes a checkpoint and is gone on from there")
  func interrupted() throws {
    let run = try TinyRun()
    defer { run.remove() }
    let whole = try train(run, "whole")
    do {
      let session = try run.session(try run.recipe())
      var training = try session.run(in: try run.open("part"), resumption: .auto) { _ in }
      var asked = 0
      let end = try training.run(shouldStop: {
        asked += 1
        return asked == 4
      })
      #expect(end == .interrupted)
    }
    #expect(try train(run, "part") == whole)
    #expect(try run.metrics("part") == run.metrics("whole"))
  }

  @Test("A run beside an NF4 base that was stopped ends in the adapter and the log of one that was not")
  func roundedBase() throws {
    let run = try TinyRun()
    defer { run.remove() }
    let recipe = try run.recipe(
      "train: {method: lora, rank: 2, dropout: 0.2, base: nf4}",
      settings: ["model.config.hidden_size=64", "model.config.intermediate_size=128"])
    func train(_ name: String, until stop: Int? = nil) throws -> [[UInt32]] {
      let session = try run.session(recipe)
      var step = 0
      var training = try session.run(in: try run.open(name), resumption: .auto) { _ in }
      _ = try training.run(observe: { step = $0.step }, shouldStop: { stop.map { step >= $0 } ?? false })
      return try #require(session.adapter).adapter.parameters.map { $0.value.toArray().map(\.bitPattern) }
    }
    let whole = try train("whole")
    #expect(try train("part", until: 5) != whole)
    #expect(try train("part") == whole)
    #expect(try run.metrics("part") == run.metrics("whole"))
  }

  @Test("A run is not gone on with beside another model of the same sizes", arguments: ["lora", "frozen"])
  func otherBase(_ kind: String) throws {
    let run = try TinyRun()
    defer { run.remove() }
    let train = kind == "lora" ? "train: {method: lora, rank: 2}" : "train: {freeze: [\"embedding.*\"]}"
    func open(_ settings: [String] = []) throws {
      let session = try run.session(try run.recipe(train, settings: settings + ["average=~", "validation=~"]))
      var training = try session.run(in: try run.open("run"), resumption: .auto) { _ in }
      _ = try training.run(shouldStop: { true })
    }
    try open()
    try open()
    let error = #expect(throws: TrainingError.self) { try open(["model.deviation=0.03"]) }
    #expect(error?.code == .mismatch)
    #expect(error?.expected.contains("the model that the run began with") == true)
  }

  @Test("A damaged checkpoint is passed over for the one before")
  func damaged() throws {
    let run = try TinyRun()
    defer { run.remove() }
    _ = try train(run, "run")
    let folder = try run.open("run")
    let newest = try #require(try folder.newestCheckpoint())
    #expect(newest.hasSuffix("step-12"))
    try Data("other".utf8).write(to: URL(fileURLWithPath: newest).appendingPathComponent("state.json"))
    #expect(try folder.newestCheckpoint()?.hasSuffix("step-9") == true)
    #expect(folder.notices.count == 1)
  }

  @Test(
    "A checkpoint whose hashes are right and whose numbers no run can have is refused",
    arguments: ["step", "averageUpdates", "withoutImprovement"], ["-5", "9223372036854775807"])
  func impossible(name: String, number: String) throws {
    let run = try TinyRun()
    defer { run.remove() }
    _ = try train(run, "run")
    let newest = try #require(try run.open("run").newestCheckpoint())
    let file = URL(fileURLWithPath: newest).appendingPathComponent("state.json")
    let text = try String(contentsOf: file, encoding: .utf8)
    let changed = text.replacing(try Regex("\"\(name)\" : [0-9]+"), with: "\"\(name)\" : \(number)")
    #expect(changed != text)
    try Data(changed.utf8).write(to: file)
    try ChecksumList.computing(newest).write(newest)
    let error = #expect(throws: TrainingError.self) {
      _ = try run.session(try run.recipe()).run(in: try run.open("run"), resumption: .auto) { _ in }
    }
    #expect(error?.code == .file)
    #expect(error?.context.hasSuffix("step-12/state.json") == true)
  }

  @Test("A checkpoint of other weights is refused by name")
  func otherWeights() throws {
    let run = try TinyRun()
    defer { run.remove() }
    _ = try train(run, "run")
    let session = try run.session(try run.recipe("train: {freeze: [\"embedding.*\"]}"))
    let error = #expect(throws: TrainingError.self) {
      _ = try session.run(in: try run.open("run"), resumption: .auto) { _ in }
    }
    #expect(error?.code == .mismatch)
    #expect(error?.context.contains("embedding.weight") == true)
  }
}

/// Writes as a folder does, and fails behind a step.
private struct FailingRecorder: RunRecorder {
  private let folder: RunFolder
  private let last: Int

  init(_ folder: RunFolder, after step: Int) {
    self.folder = folder
    last = step
  }

  func record(_ report: StepReport, operations: Double) throws(TrainingError) {
    if report.step > last { throw TrainingError(.file, context: "killed") }
    try folder.record(report, operations: operations)
  }

  func record(_ evaluation: EvaluationResult) throws(TrainingError) { try folder.record(evaluation) }

  func checkpoint(step: Int, _ write: (String) throws(TrainingError) -> Void) throws(TrainingError) {
    try folder.checkpoint(step: step, write)
  }
}
