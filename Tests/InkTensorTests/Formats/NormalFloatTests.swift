import InkTensor
import Testing

/// NF4 beside what bitsandbytes makes of the same weights.
@Suite("NF4")
struct NormalFloatTests {
  private let fixture: NormalFloatFixture

  init() throws { fixture = try NormalFloatFixture.load() }

  @Test("the sixteen levels are the published ones")
  func levels() { #expect(NormalFloatBlocks.levels == fixture.levels.floats) }

  @Test("blocks of a file have the values of the reference to the bit", arguments: NormalFloatScaling.allCases)
  func decoding(_ scaling: NormalFloatScaling) throws {
    let decoded = try fixture.blocks(scaling).decoded([fixture.rows, fixture.columns])
    #expect(fixture.picked.flatMap { decoded.slice($0..<$0 + 1).bits } == fixture.decoded(scaling))
  }

  @Test("blocks that begin in one row and end in the next are decoded too")
  func unevenRows() throws {
    let uneven = fixture.uneven
    let blocks = try NormalFloatBlocks(
      Storage.copying([UInt8](uneven.codes)), range: 0..<uneven.codes.count,
      elementCount: uneven.rows * uneven.columns, scales: try uneven.double.decoded())
    let decoded = try blocks.decoded([uneven.rows, uneven.columns])
    #expect(decoded.bits == uneven.decoded.floats.map(\.bitPattern))
    #expect(throws: TensorError.self) {
      try PackedMatrix.pack(blocks, outputs: uneven.rows, inputs: uneven.columns, cpu: CPU(threads: 1))
    }
  }

  @Test("weights are rounded to the codes and scales of the reference", arguments: [1, 3])
  func rounding(threads: Int) throws {
    let cpu = CPU(threads: threads)
    let own = try NormalFloatBlocks(rounding: fixture.weights, .single, on: cpu)
    let reference = try fixture.blocks(.single)
    let shape: Shape = [fixture.rows, fixture.columns]
    #expect(own.scales.values == reference.scales.values)
    #expect(try own.decoded(shape).bits == reference.decoded(shape).bits)
  }

  @Test("scales are rounded to the eight bits of the reference, or to a level that is nearer")
  func secondLevel() throws {
    let own = try NormalFloatBlocks(rounding: fixture.weights, .double, on: CPU(threads: 2))
    guard case .double(let codes, let second) = own.scales,
      case .double(let expectedCodes, let expected) = try fixture.double.decoded()
    else {
      Issue.record("scales are not coded")
      return
    }
    // The reference finds levels in a table of steps of 2^-15, so it takes the farther of two that are almost as near.
    let exact = fixture.scales.floats
    let (values, expectedValues) = (own.scales.values, try fixture.double.decoded().values)
    var different = 0
    for place in codes.indices {
      if codes[place] == expectedCodes[place] {
        #expect(abs(values[place] - expectedValues[place]) <= 2e-6 * abs(expectedValues[place]))
      } else {
        #expect(abs(values[place] - exact[place]) <= abs(expectedValues[place] - exact[place]))
        different += 1
      }
    }
    #expect(codes.count == expectedCodes.count && different <= codes.count / 100)
    // The order of a sum of scales is the reference's own.
    #expect(abs(second.offset - expected.offset) <= 1e-6 * expected.offset)
    for (own, expected) in zip(second.levels, expected.levels) {
      #expect(abs(own - expected) <= 1e-6 * abs(expected))
    }
  }

  @Test("f16 and bf16 weights are rounded as the numbers they are")
  func narrowWeights() throws {
    let cpu = CPU(threads: 1)
    let narrow = try BlockFormat.bf16.quantize(fixture.weights)
    let shape: Shape = [fixture.rows, fixture.columns]
    let tensor = try Tensor(storage: narrow, byteOffset: 0, dtype: .bf16, shape: shape)
    let own = try NormalFloatBlocks(rounding: tensor, .double, on: cpu)
    let wide = try NormalFloatBlocks(rounding: tensor.toFloat32(), .double, on: cpu)
    #expect(try own.decoded(shape).bits == wide.decoded(shape).bits)
  }

  @Test("numbers that are not finite are refused", arguments: [Float.nan, .infinity, -.infinity])
  func notFinite(_ value: Float) {
    var values = [Float](repeating: 0.5, count: 192)
    values[130] = value
    let error = #expect(throws: TensorError.self) {
      try NormalFloatBlocks(rounding: Tensor(values, shape: [3, 64]), .double, on: CPU(threads: 2))
    }
    #expect(error?.code == .unsupported)
  }

  @Test("counts that do not fit are refused")
  func counts() throws {
    let cpu = CPU(threads: 1)
    let codes = Storage.copying([UInt8](repeating: 0x77, count: 64))
    let scales = NormalFloatScales.single([1, 1])
    let second = try NormalFloatScales.SecondLevel(levels: [Float](repeating: 0, count: 256), scales: [], offset: 0)
    for attempt: () throws -> Void in [
      { _ = try NormalFloatBlocks(codes, range: 0..<63, elementCount: 128, scales: scales) },
      { _ = try NormalFloatBlocks(codes, range: 32..<96, elementCount: 128, scales: scales) },
      { _ = try NormalFloatBlocks(codes, range: 0..<64, elementCount: -1, scales: scales) },
      { _ = try NormalFloatBlocks(codes, range: 0..<64, elementCount: 128, scales: .single([1])) },
      { _ = try NormalFloatBlocks(codes, range: 0..<64, elementCount: 128, scales: .double(codes: [1, 2], second)) },
      { _ = try NormalFloatScales.SecondLevel(levels: [1, 2], scales: [1], offset: 0) },
      {
        _ = try NormalFloatBlocks(rounding: Tensor([Float](repeating: 1, count: 100), shape: [100]), .single, on: cpu)
      },
      {
        _ = try PackedMatrix.pack(
          rounding: Tensor([Float](repeating: 1, count: 96), shape: [2, 48]), .single, cpu: cpu)
      },
      { _ = try PackedMatrix.pack(rounding: Tensor([Float](repeating: 1, count: 64), shape: [64]), .single, cpu: cpu) },
    ] {
      #expect(throws: TensorError.self) { try attempt() }
    }
    let blocks = try NormalFloatBlocks(codes, range: 0..<64, elementCount: 128, scales: scales)
    #expect(throws: TensorError.self) { try blocks.decoded([3, 64]) }
    #expect(throws: TensorError.self) { try PackedMatrix.pack(blocks, outputs: 3, inputs: 64, cpu: cpu) }
  }
}
