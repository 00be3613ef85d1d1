import InkTensor

/// A small reproducible generator (SplitMix64) for weights and activations.
struct TestRandom {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var value = state
    value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
    value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
    return value ^ (value >> 31)
  }

  mutating func uniform() -> Float { Float(next() >> 40) / Float(1 << 24) * 2 - 1 }

  mutating func activations(rows: Int, inputs: Int) -> [Float] { (0..<rows * inputs).map { _ in uniform() } }

  /// Random blocks: every code occurs, scales are moderate f16 numbers.
  mutating func weights(_ format: BlockFormat, outputs: Int, inputs: Int) -> TestWeights {
    let count = outputs * inputs
    var bytes: [UInt8] = []
    switch format {
    case .f32: for _ in 0..<count { withUnsafeBytes(of: uniform()) { bytes += $0 } }
    case .f16: for _ in 0..<count { bytes += moderateHalf() }
    case .bf16: for _ in 0..<count { withUnsafeBytes(of: UInt16(uniform().bitPattern >> 16)) { bytes += $0 } }
    default:
      let blocks = count / format.elementsPerBlock
      for _ in 0..<blocks {
        var block = (0..<format.bytesPerBlock).map { _ in UInt8(truncatingIfNeeded: next()) }
        for offset in TestWeights.halfOffsets(format) {
          block.replaceSubrange(offset..<offset + 2, with: moderateHalf())
        }
        if format == .mxfp4 { block[0] = 120 + block[0] % 8 }
        bytes += block
      }
    }
    return TestWeights(format: format, outputs: outputs, inputs: inputs, bytes: bytes)
  }

  /// A half between 2^-8 and 2^-3 with either sign.
  private mutating func moderateHalf() -> [UInt8] {
    let bits = next()
    let exponent = UInt16(7 + bits % 5)
    let half = UInt16(truncatingIfNeeded: bits >> 8) & 0x83ff | exponent << 10
    return [UInt8(half & 0xff), UInt8(half >> 8)]
  }
}

/// Weights as a file holds them, with the plain arithmetic that products are checked against.
struct TestWeights {
  let format: BlockFormat
  let outputs: Int
  let inputs: Int
  let bytes: [UInt8]

  /// Where a block keeps its f16 scales.
  static func halfOffsets(_ format: BlockFormat) -> [Int] {
    switch format {
    case .q4_0, .q5_0, .q8_0, .iq4_NL, .iq4_XS: [0]
    case .q4_1, .q5_1, .q4_K, .q5_K: [0, 2]
    case .q6_K: [208]
    case .q2_K: [80, 82]
    case .q3_K: [108]
    default: []
    }
  }

  func pack(_ cpu: CPU) throws -> PackedMatrix {
    try PackedMatrix.pack(
      Storage.copying(bytes), range: 0..<bytes.count, format: format, outputs: outputs, inputs: inputs, cpu: cpu)
  }

  func decoded() throws -> [Float] {
    try format.dequantize(Storage.copying(bytes), range: 0..<bytes.count, shape: [outputs, inputs]).toArray()
  }

  /// The product in double precision, and the sum of magnitudes that bounds its rounding error.
  func product(_ x: [Float], rows: Int, rounded: Bool) throws -> (values: [Double], magnitudes: [Double]) {
    let weights = try decoded()
    let activations = rounded ? TestWeights.round(x) : x.map(Double.init)
    var values: [Double] = []
    var magnitudes: [Double] = []
    for row in 0..<rows {
      for output in 0..<outputs {
        var sum = 0.0
        var magnitude = 0.0
        for k in 0..<inputs {
          let term = activations[row * inputs + k] * Double(weights[output * inputs + k])
          sum += term
          magnitude += abs(term)
        }
        values.append(sum)
        magnitudes.append(magnitude)
      }
    }
    return (values, magnitudes)
  }

  /// Activations after rounding to 8 bits with a scale for each block of 32.
  static func round(_ x: [Float]) -> [Double] {
    var result: [Double] = []
    for start in stride(from: 0, to: x.count, by: 32) {
      let block = x[start..<start + 32]
      let largest = block.map(abs).max() ?? 0
      let (scale, inverse) = (largest / 127, 127 / largest)
      result += block.map { Double(scale) * Double(($0 * inverse).rounded(.toNearestOrEven)) }
    }
    return result
  }
}

extension PackedMatrix {
  /// Whether a product rounds activations to 8 bits.
  var roundsActivations: Bool {
    if case .interleaved = layout { true } else { false }
  }
}

extension MatrixEpilogue {
  var biasValues: [Float]? {
    switch self {
    case .bias(let bias), .biasAndResidual(let bias, _): bias.toArray()
    case .none, .residual: nil
    }
  }

  var residualValues: [Float]? {
    switch self {
    case .residual(let residual), .biasAndResidual(_, let residual): residual.toArray()
    case .none, .bias: nil
    }
  }
}
