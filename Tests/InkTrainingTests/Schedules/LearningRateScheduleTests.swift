import Foundation
import InkTraining
import Testing

@Suite("Learning rate schedules") struct LearningRateScheduleTests {
  private static let cases: [(String, ScheduleShape)] = [
    ("constant", .constant), ("linear", .linear()), ("cosine", .cosine()),
    ("cosine_restarts", .cosineRestarts(cycles: 2)), ("cosine_floor", .cosine(floor: 0.1)),
    ("polynomial", .polynomial(power: 2, floor: 0.1)), ("inverse_sqrt", .inverseSquareRoot()),
    ("inverse_sqrt_timescale", .inverseSquareRoot(timescale: 100)),
    ("wsd_linear", .warmUpStableDecay(decaySteps: 6)),
    ("wsd_cosine", .warmUpStableDecay(decaySteps: 6, decay: .cosine)),
    ("wsd_1-sqrt", .warmUpStableDecay(decaySteps: 6, decay: .oneMinusSquareRoot)),
  ]

  @Test("Every step has the reference's share of the peak", arguments: cases)
  func reference(_ name: String, _ shape: ScheduleShape) throws {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Fixtures/schedules.json")
    let all = try JSONDecoder().decode([String: [Double]].self, from: Data(contentsOf: path))
    let expected = try #require(all[name])
    let schedule = try LearningRateSchedule(peak: 3, warmUpSteps: 4, totalSteps: 16, shape: shape)
    for (step, share) in expected.enumerated() {
      #expect(abs(schedule.multiplier(at: step) - share) <= 1e-12, "step \(step)")
      #expect(abs(schedule.rate(at: step) - 3 * share) <= 1e-11, "step \(step)")
    }
  }

  @Test("Without a warm-up the first step has the peak", arguments: cases)
  func withoutWarmUp(_ name: String, _ shape: ScheduleShape) throws {
    let schedule = try LearningRateSchedule(peak: 2, warmUpSteps: 0, totalSteps: 10, shape: shape)
    #expect(schedule.rate(at: 0) == 2)
  }

  @Test("A floor is what is left at the end")
  func floors() throws {
    let shapes: [ScheduleShape] = [
      .linear(floor: 0.2), .cosine(floor: 0.2), .cosineRestarts(cycles: 3, floor: 0.2), .polynomial(floor: 0.2),
      .warmUpStableDecay(decaySteps: 5, floor: 0.2),
    ]
    for shape in shapes {
      let schedule = try LearningRateSchedule(peak: 1, warmUpSteps: 2, totalSteps: 20, shape: shape)
      #expect(abs(schedule.multiplier(at: 20) - 0.2) <= 1e-12)
      #expect((2..<20).allSatisfy { schedule.multiplier(at: $0) >= 0.2 })
    }
  }

  @Test("Numbers that cannot be are refused")
  func refusals() {
    func refuse(
      peak: Double = 1, warmUp: Int = 2, total: Int = 10, _ shape: ScheduleShape, _ place: String
    ) {
      let error = #expect(throws: TrainingError.self) {
        try LearningRateSchedule(peak: peak, warmUpSteps: warmUp, totalSteps: total, shape: shape)
      }
      #expect(error?.context == "schedule: \(place)")
    }
    refuse(peak: -1, .constant, "peak")
    refuse(peak: .nan, .constant, "peak")
    refuse(warmUp: 11, .constant, "warm-up")
    refuse(warmUp: -1, .constant, "warm-up")
    refuse(total: -1, .constant, "steps")
    refuse(.linear(floor: 2), "floor")
    refuse(.cosine(cycles: 0), "cycles")
    refuse(.cosineRestarts(cycles: 0), "cycles")
    refuse(.polynomial(power: .infinity), "power")
    refuse(.inverseSquareRoot(timescale: 0), "timescale")
    refuse(.warmUpStableDecay(decaySteps: 9), "decay")
    refuse(.warmUpStableDecay(decaySteps: -1), "decay")
  }
}
