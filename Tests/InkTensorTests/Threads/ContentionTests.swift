import InkTensor
import Testing

@Suite("Contention")
struct ContentionTests {
  private static let microsecond: UInt64 = 1000
  private static let millisecond: UInt64 = 1_000_000

  @Test("a job in time changes nothing")
  func calm() {
    var contention = Contention()
    contention.record(worked: 20 * Self.microsecond, waited: 30 * Self.microsecond, at: 1)
    #expect(!contention.isAlone(at: 2))
  }

  @Test("a short job that waited long makes the caller work alone for a while")
  func late() {
    var contention = Contention()
    contention.record(worked: 20 * Self.microsecond, waited: 3 * Self.millisecond, at: Self.millisecond)
    #expect(contention.isAlone(at: Self.millisecond + 1))
    #expect(!contention.isAlone(at: 1000 * Self.millisecond))
  }

  @Test("a long job may wait for its last chunk")
  func longJob() {
    var contention = Contention()
    contention.record(worked: 10 * Self.millisecond, waited: 3 * Self.millisecond, at: 1)
    #expect(!contention.isAlone(at: 2))
  }

  @Test("the pause grows while the neighbour stays, up to a limit, and is short again after calm")
  func growing() {
    var contention = Contention()
    var pauses: [UInt64] = []
    var time: UInt64 = 0
    func pause() -> UInt64 {
      contention.record(worked: 1, waited: Self.millisecond, at: time)
      var length: UInt64 = 0
      while contention.isAlone(at: time + length) { length += Self.millisecond }
      time += length
      return length
    }
    for _ in 0..<8 { pauses.append(pause()) }
    #expect(pauses == pauses.sorted())
    #expect(pauses[7] > pauses[0])
    #expect(pauses[7] == pauses[6])
    for _ in 0..<3000 { contention.record(worked: 100, waited: 100, at: time) }
    #expect(pause() == pauses[0])
  }
}
