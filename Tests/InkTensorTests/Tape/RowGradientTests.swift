import InkTensor
import Testing

@Suite struct RowGradientTests {
  private func input(_ shape: Shape, _ seed: UInt64) -> Tensor { GradientCheck.input(shape, seed: seed) }

  @Test(
    "Gradients of pooled rows agree with differences",
    arguments: [RowPooling.mean, .meanOverRoot, .weightedMean, .largest])
  func pooling(pooling: RowPooling) {
    GradientCheck(cpu: CPU(threads: 2))([input([8, 37], 4)], "\(pooling)") {
      [$0.poolRows([0..<3, 3..<4, 2..<7], of: $1[0], pooling)]
    }
  }

  @Test("The gradient of a largest element that several rows share goes to the first of them")
  func ties() {
    let cpu = CPU(threads: 1)
    let x = Tensor([1, 2, 2, 1], shape: [4, 1]).asParameter()
    let store = GradientStore(of: [x])
    _ = cpu.valueAndGradient(of: store) { $0.poolRows([0..<4], of: x, .largest) }
    #expect(store[x]?.toArray() == [0, 1, 0, 0])
  }

  @Test("Gradients of rows over their length agree with differences")
  func normalized() {
    GradientCheck(cpu: CPU(threads: 2))([input([4, 5], 1)]) { [$0.normalizeRows($1[0])] }
  }

  @Test("A row without length is divided by a trillionth")
  func zeroRow() {
    let found = CPU(threads: 1).normalizeRows(Tensor([0, 0, 3, 4], shape: [2, 2])).toArray()
    #expect(found == [0, 0, 0.6, 0.8])
  }

  @Test("Gradients of exchanged rows and columns agree with differences")
  func transposed() {
    GradientCheck(cpu: CPU(threads: 2))([input([2, 3, 5], 1)]) { [$0.transposeSlices($1[0])] }
  }

  @Test("Gradients of dropout go to the elements that stay")
  func dropout() {
    let stream = RandomStream(seed: 5, name: "dropout", step: 3)
    GradientCheck(cpu: CPU(threads: 2))([input([9, 7], 1)]) { [$0.dropout($1[0], rate: 0.4, stream: stream)] }
  }

  @Test("Dropout takes its share, keeps the mean, and depends on stream, step and place alone")
  func dropoutShare() {
    let ones = Tensor([Float](repeating: 1, count: 40_001), shape: [40_001])
    func kept(_ threads: Int, step: UInt64) -> [Float] {
      let stream = RandomStream(seed: 1, name: "dropout", step: step)
      return CPU(threads: threads).dropout(ones, rate: 0.25, stream: stream).toArray()
    }
    let first = kept(1, step: 0)
    #expect(first == kept(3, step: 0))
    #expect(first != kept(1, step: 1))
    #expect(Set(first) == [0, 1 / 0.75])
    let share = Double(first.count(where: { $0 == 0 })) / Double(first.count)
    #expect(abs(share - 0.25) < 0.01)
    let unchanged = CPU(threads: 1).dropout(ones, rate: 0, stream: RandomStream(seed: 1, name: "dropout"))
    #expect(unchanged.toArray() == ones.toArray())
  }
}
