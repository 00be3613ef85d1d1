import InkTensor
import InkTraining
import Synchronization
import Testing

@Suite struct MachinePeakTests {
  @Test("The peak is that of the fastest product")
  func fastest() throws {
    // Products that seem to take 4, 2, 1 and 3 seconds.
    let moments: [Double] = [0, 4, 10, 12, 20, 21, 30, 33]
    let asked = Mutex(0)
    let peak = MachinePeak.measured(on: CPU(threads: 1)) {
      asked.withLock { count in
        count += 1
        return moments[count - 1]
      }
    }
    #expect(peak == 2 * 768.0 * 768 * 768)
  }

  @Test("A clock that does not move gives no peak instead of an endless one")
  func still() { #expect(MachinePeak.measured(on: CPU(threads: 1)) { 7 } == nil) }
}
