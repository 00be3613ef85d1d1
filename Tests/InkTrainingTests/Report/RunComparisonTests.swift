import InkTraining
import Testing

@Suite struct RunComparisonTests {
  @Test("Lines of the recipes that differ and losses at common steps are told")
  func compare() throws {
    let (first, second) = (try WrittenRun(), try WrittenRun())
    try first.write("model: a\nrate: 1\nsteps: 5\nseed: 7\n", to: "recipe.yaml")
    try second.write("model: a\nrate: 2\nsteps: 5\nnoise: 1\nseed: 7", to: "recipe.yaml")
    try first.write(
      (1...5).map { WrittenRun.step($0, loss: Double($0)) }.joined(), to: "metrics.jsonl")
    try first.write(
      WrittenRun.evaluation("validation", step: 2, loss: 1) + WrittenRun.evaluation("own", step: 2, loss: 1),
      to: "evaluations.jsonl")
    try second.write(
      (3...8).map { WrittenRun.step($0, loss: Double(10 * $0)) }.joined(), to: "metrics.jsonl")
    try second.write(
      WrittenRun.evaluation("validation", step: 2, loss: 3) + WrittenRun.evaluation("validation", step: 4, loss: 3),
      to: "evaluations.jsonl")
    let comparison = try RunComparison(first.folder, second.folder)
    #expect(
      comparison.recipe == [
        .first(line: 2, "rate: 1"), .second(line: 2, "rate: 2"), .second(line: 4, "noise: 1"),
      ])
    #expect(comparison.recipe.map(\.description) == ["- 2: rate: 1", "+ 2: rate: 2", "+ 4: noise: 1"])
    #expect(comparison.losses.map(\.step) == [3, 4, 5])
    #expect(comparison.losses.map(\.first) == [3, 4, 5])
    #expect(comparison.losses.map(\.second) == [30, 40, 50])
    #expect(comparison.losses(atMost: 2).map(\.step) == [3, 5])
    #expect(comparison.losses(atMost: 0).isEmpty)
    #expect(comparison.evaluations.map(\.evaluation) == ["validation"])
    #expect(comparison.evaluations.first?.pairs.map(\.step) == [2])
    #expect(comparison.first.steps == 5 && comparison.second.steps == 8)
  }

  @Test("Runs without recipes and without common steps can be compared")
  func nothingShared() throws {
    let (first, second) = (try WrittenRun(), try WrittenRun())
    try first.write(WrittenRun.step(1, loss: 1), to: "metrics.jsonl")
    try second.write("", to: "metrics.jsonl")
    try second.write("a: 1\n", to: "recipe.yaml")
    let comparison = try RunComparison(first.folder, second.folder)
    #expect(comparison.recipe == [.second(line: 1, "a: 1")])
    #expect(comparison.losses.isEmpty && comparison.losses(atMost: 5).isEmpty)
  }

  @Test("A recipe that cannot be one is refused rather than compared for hours")
  func longRecipe() throws {
    let run = try WrittenRun()
    try run.write("", to: "metrics.jsonl")
    try run.write(String(repeating: "a\n", count: 5001), to: "recipe.yaml")
    #expect { try RunComparison(run.folder, run.folder) } throws: { error in
      (error as? TrainingError)?.code == .file && "\(error)".contains("5001")
    }
  }
}
