import InkTraining
import Testing

@Suite("Early stopping") struct EarlyStoppingTests {
  @Test("Patience counts evaluations without enough improvement")
  func patience() throws {
    var rule = try EarlyStopping(patience: 2, minimumImprovement: 0.1)
    #expect(rule.observe(3) == .improved)
    #expect(rule.observe(2.95) == .waiting(evaluations: 1))
    #expect(rule.observe(2.8) == .improved)
    #expect(rule.observe(.nan) == .waiting(evaluations: 1))
    #expect(rule.observe(2.75) == .stop)
    #expect(rule.best == 2.8)
  }

  @Test("Higher measures may be better")
  func higher() throws {
    var rule = try EarlyStopping(patience: 1, goal: .higher)
    #expect(rule.observe(0.5) == .improved)
    #expect(rule.observe(0.6) == .improved)
    #expect(rule.observe(0.6) == .stop)
  }

  @Test("A restored rule goes on")
  func resume() throws {
    var rule = try EarlyStopping(patience: 3)
    _ = rule.observe(1)
    _ = rule.observe(2)
    var other = try EarlyStopping(patience: 3)
    other.restore(best: rule.best, evaluationsWithoutImprovement: rule.evaluationsWithoutImprovement)
    #expect(other == rule)
    #expect(other.observe(1) == .waiting(evaluations: 2))
  }

  @Test("No patience and a negative improvement are refused")
  func refusals() {
    #expect(throws: TrainingError.self) { try EarlyStopping(patience: 0) }
    #expect(throws: TrainingError.self) { try EarlyStopping(patience: 1, minimumImprovement: -1) }
    #expect(throws: TrainingError.self) { try EarlyStopping(patience: 1, minimumImprovement: .nan) }
  }
}
