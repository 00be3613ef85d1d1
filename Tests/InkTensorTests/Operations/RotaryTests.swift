import Foundation
import InkTensor
import Testing

/// Rotary positions: the angles of the table, what is turned and what passes through.
@Suite("Rotary positions")
struct RotaryTests {
  static let pairings: [RotaryTable.Pairing] = [.halves, .neighbours]

  private static func frequencies(_ count: Int) -> [Float] {
    (0..<count).map { Float(pow(10_000, -Double($0) / Double(max(count, 1)))) }
  }

  /// The elements of a head that form a pair.
  private static func pair(_ index: Int, of half: Int, _ pairing: RotaryTable.Pairing) -> (Int, Int) {
    switch pairing {
    case .halves: (index, index + half)
    case .neighbours: (2 * index, 2 * index + 1)
    case .halvesOfHalves:
      (index / (half / 2) * half + index % (half / 2), index / (half / 2) * half + half / 2 + index % (half / 2))
    }
  }

  @Test("a unit vector shows the table's cosine and sine, exact but for the last bit", arguments: pairings)
  func angles(_ pairing: RotaryTable.Pairing) {
    let positions = [0, 1, 2, 7, 100, 4095, 131_071, 1_000_000]
    let frequencies = RotaryTests.frequencies(16)
    for set in InstructionSet.available {
      let cpu = CPU(threads: 2, instructionSet: set)
      for amplitude in [1, 1.25] as [Float] {
        let table = RotaryTable(
          positions: positions, frequencies: frequencies, amplitude: amplitude, pairing: pairing, on: cpu)
        var x = [Float](repeating: 0, count: positions.count * 32)
        for row in positions.indices {
          for index in 0..<16 { x[row * 32 + RotaryTests.pair(index, of: 16, pairing).0] = 1 }
        }
        let result = cpu.rotate(Tensor(x, shape: [positions.count, 1, 32]), by: table).toArray()
        for (row, position) in positions.enumerated() {
          for index in 0..<16 {
            let (first, second) = RotaryTests.pair(index, of: 16, pairing)
            // The angle is a product of two floats, rounded to one, as in the models that are served.
            let angle = Double(Float(position) * frequencies[index])
            #expect(ulps(result[row * 32 + first], from: cos(angle) * Double(amplitude)) <= 1.5)
            #expect(ulps(result[row * 32 + second], from: sin(angle) * Double(amplitude)) <= 1.5)
          }
        }
      }
    }
  }

  @Test("each half of a head is turned by positions of its own")
  func halvesOfHalves() {
    var random = TestRandom(seed: 12)
    let (rows, heads, headWidth) = (5, 3, 24)
    let positions = [0, 3, 7, 7, 7]
    let places = [0, 0, 0, 1, 2]
    let frequencies = RotaryTests.frequencies(headWidth / 4)
    let x = random.activations(rows: rows, inputs: heads * headWidth)
    for set in InstructionSet.available {
      let cpu = CPU(threads: 2, instructionSet: set)
      let group = RotaryTable.Group(positions: [positions, places], frequencies: frequencies, amplitude: 1)
      let table = RotaryTable(groups: [group], pairing: .halvesOfHalves, on: cpu)
      let values = cpu.rotate(Tensor(x, shape: [rows, heads, headWidth]), by: table).toArray()
      var worst = 0.0
      for head in 0..<rows * heads {
        let start = head * headWidth
        for index in 0..<headWidth / 2 {
          let (first, second) = RotaryTests.pair(index, of: headWidth / 2, .halvesOfHalves)
          let position = index < headWidth / 4 ? positions[head / heads] : places[head / heads]
          let angle = Double(Float(position) * frequencies[index % (headWidth / 4)])
          let (a, b) = (Double(x[start + first]), Double(x[start + second]))
          worst = max(worst, abs(Double(values[start + first]) - (a * cos(angle) - b * sin(angle))))
          worst = max(worst, abs(Double(values[start + second]) - (b * cos(angle) + a * sin(angle))))
        }
      }
      #expect(worst < 1e-6)
    }
  }

  @Test("pairs are turned by their angle and the rest of a head passes through", arguments: pairings)
  func turns(_ pairing: RotaryTable.Pairing) {
    var random = TestRandom(seed: 11)
    for (rows, heads, headWidth, half) in [
      (1, 1, 2, 1), (3, 2, 16, 8), (5, 3, 64, 32), (4, 2, 80, 16), (2, 1, 33, 16), (3, 1, 7, 0), (40, 9, 64, 15),
    ] {
      let positions = (0..<rows).map { _ in Int(random.next() % 5000) }
      let frequencies = RotaryTests.frequencies(half)
      let x = random.activations(rows: rows, inputs: heads * headWidth)
      for set in InstructionSet.available {
        let cpu = CPU(threads: 2, instructionSet: set)
        let table = RotaryTable(positions: positions, frequencies: frequencies, amplitude: 1, pairing: pairing, on: cpu)
        let result = cpu.rotate(Tensor(x, shape: [rows, heads, headWidth]), by: table)
        #expect(result.shape == [rows, heads, headWidth])
        let values = result.toArray()
        var worst = 0.0
        for head in 0..<rows * heads {
          let start = head * headWidth
          for index in 0..<half {
            let (first, second) = RotaryTests.pair(index, of: half, pairing)
            let angle = Double(Float(positions[head / heads]) * frequencies[index])
            let (a, b) = (Double(x[start + first]), Double(x[start + second]))
            worst = max(worst, abs(Double(values[start + first]) - (a * cos(angle) - b * sin(angle))))
            worst = max(worst, abs(Double(values[start + second]) - (b * cos(angle) + a * sin(angle))))
          }
          #expect(values[start + 2 * half..<start + headWidth] == x[start + 2 * half..<start + headWidth])
        }
        // Elements below one: two roundings of the table, two of the products, one of the sum.
        #expect(worst <= 3 * 0x1p-23, "\(rows)x\(heads)x\(headWidth), \(half) pairs on \(set)")
      }
    }
  }

  @Test("position zero turns nothing", arguments: pairings)
  func origin(_ pairing: RotaryTable.Pairing) {
    var random = TestRandom(seed: 12)
    let cpu = CPU(threads: 1)
    let x = Tensor(random.activations(rows: 2, inputs: 3 * 20), shape: [2, 3, 20])
    let table = RotaryTable(
      positions: [0, 0], frequencies: RotaryTests.frequencies(8), amplitude: 1, pairing: pairing, on: cpu)
    #expect(cpu.rotate(x, by: table).toArray() == x.toArray())
  }

  @Test("dot products depend on the distance of two positions alone", arguments: pairings)
  func relative(_ pairing: RotaryTable.Pairing) {
    var random = TestRandom(seed: 13)
    let cpu = CPU(threads: 1)
    let rows = 50
    let (query, key) = (random.activations(rows: 1, inputs: 32), random.activations(rows: 1, inputs: 32))
    let table = { (positions: [Int]) in
      RotaryTable(
        positions: positions, frequencies: RotaryTests.frequencies(16), amplitude: 1, pairing: pairing, on: cpu)
    }
    let repeated = { (vector: [Float]) in
      Tensor((0..<rows).flatMap { _ in vector }, shape: [rows, 1, 32])
    }
    let queries = cpu.rotate(repeated(query), by: table((0..<rows).map { $0 + 9 })).toArray()
    let keys = cpu.rotate(repeated(key), by: table(Array(0..<rows))).toArray()
    let products = (0..<rows).map { row in
      (0..<32).reduce(0.0) { $0 + Double(queries[row * 32 + $1]) * Double(keys[row * 32 + $1]) }
    }
    #expect(products.allSatisfy { abs($0 - products[0]) < 2e-5 })
  }

  @Test("every backend gives the same bits", arguments: pairings)
  func sameBits(_ pairing: RotaryTable.Pairing) {
    var random = TestRandom(seed: 14)
    for (rows, heads, headWidth, half) in [(1, 1, 2, 1), (300, 9, 64, 32), (100, 5, 80, 17)] {
      let x = Tensor(random.activations(rows: rows, inputs: heads * headWidth), shape: [rows, heads, headWidth])
      let different = backendsThatDiffer { cpu in
        let table = RotaryTable(
          positions: (0..<rows).map { $0 * 31 }, frequencies: RotaryTests.frequencies(half), amplitude: 0.7,
          pairing: pairing, on: cpu)
        return cpu.rotate(x, by: table)
      }
      #expect(different.isEmpty)
    }
  }

  @Test("no rows, no heads and no pairs give what was there", arguments: pairings)
  func nothing(_ pairing: RotaryTable.Pairing) {
    let cpu = CPU(threads: 2)
    let empty = RotaryTable(positions: [], frequencies: [1, 2], amplitude: 1, pairing: pairing, on: cpu)
    #expect(cpu.rotate(Tensor([], shape: [0, 3, 8]), by: empty).shape == [0, 3, 8])
    let one = RotaryTable(positions: [5], frequencies: [1, 2], amplitude: 1, pairing: pairing, on: cpu)
    #expect(cpu.rotate(Tensor([], shape: [1, 0, 8]), by: one).toArray().isEmpty)
    let still = RotaryTable(positions: [5], frequencies: [], amplitude: 1, pairing: pairing, on: cpu)
    #expect(cpu.rotate(Tensor([1, 2], shape: [1, 1, 2]), by: still).toArray() == [1, 2])
  }
}
