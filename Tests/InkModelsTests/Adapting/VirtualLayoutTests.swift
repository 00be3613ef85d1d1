import InkModels
import InkNN
import InkTensor
import Testing

@Suite("Rows of virtual tokens")
struct VirtualLayoutTests {
  @Test("virtual tokens stand in front of every sequence, and what belongs to tokens moves behind them")
  func spread() {
    let layout = VirtualLayout(lengths: [2, 0, 1], virtualTokens: 2, of: "a")
    #expect(layout.sequences == [0..<4, 4..<6, 6..<9])
    #expect(layout.virtual.map(\.start) == [0, 4, 6])
    #expect(layout.virtual.allSatisfy { $0.tokens == 0..<2 && $0.adapter == "a" })
    #expect(layout.spread([5, 6, 7], filler: 0) == [0, 0, 5, 6, 0, 0, 0, 0, 7])
    let cpu = CPU(threads: 1)
    let rows = layout.spread(Tensor([5, 6, 7], shape: [3, 1]), on: cpu)
    #expect(rows.toArray() == [0, 0, 5, 6, 0, 0, 0, 0, 7])
  }

  @Test("without virtual tokens nothing moves")
  func none() {
    let layout = VirtualLayout(lengths: [2, 1], virtualTokens: 0, of: nil)
    #expect(layout.sequences == [0..<2, 2..<3])
    #expect(layout.virtual.isEmpty)
    #expect(layout.spread([5, 6, 7], filler: 0) == [5, 6, 7])
  }
}
