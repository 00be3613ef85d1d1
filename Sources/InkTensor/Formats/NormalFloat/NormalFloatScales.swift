import CInkKernels

/// The scales of NF4 blocks, in the order of the blocks.
package enum NormalFloatScales: Sendable {
  /// One f32 a block.
  case single([Float])
  /// A code of 8 bits a block.
  case double(codes: [UInt8], SecondLevel)

  /// What the codes of scales stand for: `levels[code] * scales[block / 256] + offset`, the product and the sum rounded
  /// one by one.
  package struct SecondLevel: Sendable {
    /// The 256 numbers of the codes.
    package let levels: [Float]
    /// One for each 256 blocks.
    package let scales: [Float]
    /// The mean of the scales.
    package let offset: Float

    /// Scales that share a scale.
    package static let group = Int(INK_NF4_SCALES)

    /// Takes the tables of a file.
    ///
    /// - Throws: `shapeMismatch` when there are not 256 levels.
    package init(levels: [Float], scales: [Float], offset: Float) throws(TensorError) {
      guard levels.count == 256 else {
        throw TensorError(
          .shapeMismatch, context: "scales of NF4 blocks", expected: "256 levels", found: "\(levels.count)")
      }
      self.init(checked: levels, scales, offset)
    }

    private init(checked levels: [Float], _ scales: [Float], _ offset: Float) {
      self.levels = levels
      self.scales = scales
      self.offset = offset
    }

    /// Rounds scales to the levels of the dynamic map (Dettmers et al., 2022), as bitsandbytes does.
    static func rounding(_ values: [Float]) -> (codes: [UInt8], SecondLevel) {
      let sum = values.reduce(0.0) { $0 + Double($1) }
      let offset = values.isEmpty ? 0 : Float(sum / Double(values.count))
      let code = DynamicCode.signed
      var codes: [UInt8] = []
      var scales: [Float] = []
      codes.reserveCapacity(values.count)
      for first in stride(from: 0, to: values.count, by: group) {
        let part = values[first..<min(first + group, values.count)].map { $0 - offset }
        let largest = part.reduce(0) { max($0, abs($1)) }
        let inverse = 1 / max(largest, 1e-38)
        scales.append(largest)
        for value in part { codes.append(code.nearest(value * inverse)) }
      }
      return (codes, SecondLevel(checked: code.levels, scales, offset))
    }

    /// Hands the tables to kernels.
    func withTables<Result>(_ body: (UnsafePointer<ink_nf4_second>) -> Result) -> Result {
      levels.withUnsafeBufferPointer { levels in
        scales.withUnsafeBufferPointer { scales in
          let second = ink_nf4_second(levels: levels.baseAddress, scales: scales.baseAddress, offset: offset)
          return withUnsafePointer(to: second, body)
        }
      }
    }
  }

  /// Rounds scales as they are to be kept.
  static func keeping(_ values: [Float], _ scaling: NormalFloatScaling) -> NormalFloatScales {
    switch scaling {
    case .single: return .single(values)
    case .double:
      let (codes, second) = SecondLevel.rounding(values)
      return .double(codes: codes, second)
    }
  }

  /// How they are kept.
  package var scaling: NormalFloatScaling {
    switch self {
    case .single: .single
    case .double: .double
    }
  }

  /// One a block.
  package var count: Int {
    switch self {
    case .single(let values): values.count
    case .double(let codes, _): codes.count
    }
  }

  /// The scales as f32.
  package var values: [Float] {
    switch self {
    case .single(let values): return values
    case .double(let codes, let second):
      return [Float](unsafeUninitializedCapacity: codes.count) { buffer, count in
        codes.withUnsafeBufferPointer { codes in
          second.withTables { ink_nf4_decode_scales($0, codes.baseAddress, 0, codes.count, buffer.baseAddress) }
        }
        count = codes.count
      }
    }
  }
}
