/// Weights that a model holds in bf16, while an optimizer changes them in f32.
///
/// An f32 number is cut in two: the nearest bf16 number (of two that are as near the one of larger magnitude), which the
/// model computes with, and the sixteen bits that it lacks, which the optimizer remembers. Both together are the f32
/// number to the bit, in the memory of one, so that small updates are not lost to rounding.
extension CPU {
  /// What an optimizer remembers of a weight in bf16: the bits that it lacks.
  package static func remainderSlot(for shape: Shape) -> StateSlot {
    StateSlot("remainder", shape, start: .bits(0))
  }

  /// The f32 numbers that a weight and its remainder stand for.
  ///
  /// - Parameters:
  ///   - weight: bf16.
  ///   - remainder: u16, of the same shape.
  package func joined(_ weight: Tensor, _ remainder: Tensor) -> Tensor {
    let result = allocate(weight.shape)
    let (upper, lower, out) = (weight.halves, remainder.bits, result.floats)
    forEachRow(weight.elementCount, width: 1, cost: 1) { chunk in
      for index in chunk {
        let rest = UInt32(bitPattern: Int32(Int16(bitPattern: lower[index])))
        out[index] = Float(bitPattern: (UInt32(upper[index]) << 16) &+ rest)
      }
    }
    withExtendedLifetime((weight, remainder)) {}
    return result
  }

  /// Cuts f32 numbers into a weight and its remainder, in place: for whoever owns both.
  package func split(_ numbers: Tensor, into weight: Tensor, _ remainder: Tensor) {
    let (from, upper, lower) = (numbers.floats, weight.halves, remainder.bits)
    forEachRow(weight.elementCount, width: 1, cost: 1) { chunk in
      for index in chunk {
        let bits = from[index].bitPattern
        // Rounding would turn some that are no numbers into numbers.
        let half = from[index].isNaN ? 0x7fc0 : (bits &+ 0x8000) >> 16
        upper[index] = UInt16(truncatingIfNeeded: half)
        lower[index] = UInt16(truncatingIfNeeded: bits &- half << 16)
      }
    }
    withExtendedLifetime((numbers, weight, remainder)) {}
  }
}

extension Tensor {
  /// The first element of a contiguous u16 tensor.
  fileprivate var bits: UnsafeMutablePointer<UInt16> {
    if dtype != .u16 || !isContiguous { trap("Tensor.bits", "\(dtype.rawValue) \(shape), strides \(strides)") }
    return (storage.base + byteOffset).assumingMemoryBound(to: UInt16.self)
  }
}
