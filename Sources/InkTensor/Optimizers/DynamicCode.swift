import CInkKernels

/// Numbers of -1 ... 1 or 0 ... 1 in 8 bits, closer together where they are smaller: the dynamic map of Dettmers et
/// al., "8-bit Optimizers via Block-wise Quantization", 2022.
///
/// Of a byte, leading zeros count decades and the rest divides one decade into equal parts. A level is the middle of
/// its part; 0 and 1 are levels too.
package struct DynamicCode: Sendable {
  /// Which numbers there are.
  package enum Range: Sendable, Hashable {
    case signed, unsigned
  }

  /// The numbers that the bytes stand for, rising.
  package let levels: [Float]
  /// The middle between a level and the next; the last is infinite.
  let borders: [Float]
  /// For each cell of magnitudes, positive and then negative, the lowest level that may be nearest.
  let lowest: [UInt8]

  /// The code of moments that may be negative.
  package static let signed = DynamicCode(.signed)
  /// The code of moments that are not.
  package static let unsigned = DynamicCode(.unsigned)

  init(_ range: Range) {
    let decades = 7
    var levels: [Double] = [0, 1]
    for decade in 0..<decades {
      let parts = 1 << (range == .signed ? decade : decade + 1)
      var unit = 1.0
      for _ in decade + 1..<decades { unit /= 10 }
      for part in 0..<parts {
        let level = unit * (0.1 + 0.9 * (Double(part) + 0.5) / Double(parts))
        levels.append(level)
        if range == .signed { levels.append(-level) }
      }
    }
    let rising = levels.sorted().map { Float($0) }
    let borders = zip(rising, rising.dropFirst()).map { Float((Double($0) + Double($1)) / 2) } + [.infinity]
    self.levels = rising
    self.borders = borders
    let cells = Int(INK_CODE_CELLS)
    let first = Int(INK_CODE_FIRST_CELL)
    var lowest: [UInt8] = []
    for cell in 0..<cells {
      lowest.append(Self.nearest(cell == 0 ? 0 : Self.magnitude(first + cell), in: borders))
    }
    for cell in 0..<cells {
      // The magnitude that a negative cell ends with is the lowest of its numbers.
      lowest.append(Self.nearest(-Self.magnitude(first + cell + 1).nextDown, in: borders))
    }
    self.lowest = lowest
  }

  /// The smallest magnitude of a cell.
  private static func magnitude(_ cell: Int) -> Float { Float(bitPattern: UInt32(cell) << 16) }

  /// The code of the level that is nearest to a number; the lower one of two that are as near.
  private static func nearest(_ x: Float, in borders: [Float]) -> UInt8 {
    UInt8(borders.firstIndex { x <= $0 } ?? borders.count - 1)
  }

  /// The code of the level that is nearest to a number; the lower one of two that are as near.
  func nearest(_ x: Float) -> UInt8 {
    var (low, high) = (0, borders.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if x <= borders[middle] { high = middle } else { low = middle + 1 }
    }
    return UInt8(low)
  }

  /// The code of 0.
  package var zero: UInt8 { Self.nearest(0, in: borders) }

  /// Hands the tables to kernels.
  func withMap<Result>(_ body: (UnsafePointer<ink_code_map>) -> Result) -> Result {
    levels.withUnsafeBufferPointer { levels in
      borders.withUnsafeBufferPointer { borders in
        lowest.withUnsafeBufferPointer { lowest in
          let map = ink_code_map(
            levels: levels.baseAddress, borders: borders.baseAddress, lowest: lowest.baseAddress)
          return withUnsafePointer(to: map, body)
        }
      }
    }
  }
}
