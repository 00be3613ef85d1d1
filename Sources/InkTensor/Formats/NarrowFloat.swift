import CInkKernels

/// Whole arrays of narrow floating-point numbers to and from `Float`, vectorised where the compiler can.
///
/// Rounding is to nearest, ties to even. Arrays of bytes are little-endian, as in files.
package enum NarrowFloat: Sendable, Hashable, CaseIterable {
  case f16, bf16, f8e4m3, f8e5m2

  /// Bytes of one number.
  package var byteCount: Int {
    switch self {
    case .f16, .bf16: 2
    case .f8e4m3, .f8e5m2: 1
    }
  }

  /// The bytes of `values` in this format. E4M3 has no infinity: what is past 448 becomes 448.
  package func encode(_ values: [Float]) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: values.count * byteCount) { buffer, count in
      if let start = buffer.baseAddress {
        switch self {
        case .f16: ink_f32_to_f16(values, start, values.count)
        case .bf16: ink_f32_to_bf16(values, start, values.count)
        case .f8e4m3: ink_f32_to_f8e4m3(values, start, values.count)
        case .f8e5m2: ink_f32_to_f8e5m2(values, start, values.count)
        }
      }
      count = values.count * byteCount
    }
  }

  /// The values of `bytes`; a part of a number at the end is left out.
  package func decode(_ bytes: [UInt8]) -> [Float] {
    let elements = bytes.count / byteCount
    return [Float](unsafeUninitializedCapacity: elements) { buffer, count in
      if let start = buffer.baseAddress {
        switch self {
        case .f16: ink_f16_to_f32(bytes, start, elements)
        case .bf16: ink_bf16_to_f32(bytes, start, elements)
        case .f8e4m3: ink_f8e4m3_to_f32(bytes, start, elements)
        case .f8e5m2: ink_f8e5m2_to_f32(bytes, start, elements)
        }
      }
      count = elements
    }
  }
}
