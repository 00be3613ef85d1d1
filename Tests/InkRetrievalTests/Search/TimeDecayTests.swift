import InkRetrieval
import Testing

@Suite struct TimeDecayTests {
  @Test("half of the decaying share is lost with each half-life")
  func halves() {
    let decay = TimeDecay(halfLifeDays: 10, weight: 0.5)
    #expect(decay.decayed(1, age: 0) == 1)
    #expect(abs(decay.decayed(1, age: 864_000) - 0.75) < 1e-12)
    #expect(abs(decay.decayed(2, age: 1_728_000) - 1.25) < 1e-12)
  }

  @Test("a document of the future is as good as new, and scores below zero stay")
  func edges() {
    #expect(TimeDecay(halfLifeDays: 1).decayed(1, age: -5) == 1)
    #expect(TimeDecay(halfLifeDays: 1).decayed(-3, age: 1e9) == -3)
  }
}
