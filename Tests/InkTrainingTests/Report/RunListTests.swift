import Foundation
import InkTraining
import Testing

@Suite struct RunListTests {
  @Test("Runs are found at any depth, not inside each other, and tell what they came to")
  func list() throws {
    let root = try WrittenRun("runs")
    try root.write(
      WrittenRun.step(1, loss: 4) + WrittenRun.step(2, loss: 3.5) + "cut", to: "b/metrics.jsonl")
    try root.write(
      WrittenRun.evaluation("validation", step: 0, loss: 5) + WrittenRun.evaluation("validation", step: 1, loss: 3)
        + WrittenRun.evaluation("general", step: 1, loss: 6) + WrittenRun.evaluation("validation", step: 2, loss: 3.25),
      to: "b/evaluations.jsonl")
    try root.write("", to: "b/final/config.json")
    try root.write("", to: "b/checkpoints/step-9/state.json")
    try root.write("", to: "b/checkpoints/step-10/state.json")
    try root.write("", to: "b/checkpoints/step-11.partial-1/state.json")
    try root.write(WrittenRun.step(1, loss: 1), to: "b/final/metrics.jsonl")
    try root.write("", to: "a/deep/down/metrics.jsonl")
    try root.write("", to: "other/notes.txt")
    let list = try RunList(below: root.folder)
    #expect(list.unreadable.isEmpty)
    try #require(list.runs.map(\.folder) == ["a/deep/down", "b"].map { "\(root.folder)/\($0)" })
    let (empty, run) = (list.runs[0], list.runs[1])
    #expect(empty.steps == 0 && empty.lastLoss == nil && empty.bestEvaluations.isEmpty)
    #expect(!empty.isFinished && empty.newestCheckpoint == nil)
    #expect(run.steps == 2 && run.lastLoss == 3.5 && run.damagedLines == 1)
    #expect(
      run.bestEvaluations == [
        EvaluationResult(step: 1, evaluation: "validation", loss: 3),
        EvaluationResult(step: 1, evaluation: "general", loss: 6),
      ])
    #expect(run.isFinished && run.newestCheckpoint == 10)
    #expect(try RunList(below: "\(root.folder)/b").runs == [run])
  }

  @Test("A link that leads back is not followed")
  func links() throws {
    let root = try WrittenRun("runs")
    try root.write("", to: "a/metrics.jsonl")
    try root.write("", to: "b/notes.txt")
    try FileManager.default.createSymbolicLink(
      atPath: "\(root.folder)/b/back", withDestinationPath: root.folder)
    #expect(try RunList(below: root.folder).runs.map(\.folder) == ["\(root.folder)/a"])
  }

  @Test("A place that is no folder is an error")
  func missing() throws {
    #expect { try RunList(below: "/nowhere/at/all") } throws: { ($0 as? TrainingError)?.code == .file }
  }

  @Test("A summary is JSON with names for programs")
  func json() throws {
    let run = try WrittenRun()
    try run.write(WrittenRun.step(1, loss: 0.5), to: "metrics.jsonl")
    let data = try JSONEncoder().encode(try RunSummary(folder: run.folder))
    let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    #expect(object["last_loss"] as? Double == 0.5)
    #expect(object["finished"] as? Bool == false)
  }
}
