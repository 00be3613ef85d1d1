import CInkKernels

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The cosines and sines of rotary position embedding (Su et al., 2021) for the rows of one step.
///
/// Computed once a step and shared by all layers with the same frequencies.
package struct RotaryTable: Sendable {
  /// Which elements of a head are turned together.
  package enum Pairing: Sendable, Hashable {
    /// Element `i` with `i + width / 2`.
    case halves
    /// Element `2i` with `2i + 1`.
    case neighbours
  }

  let cosines: Tensor  // [rows, width / 2]
  let sines: Tensor  // [rows, width / 2]
  let pairing: Pairing

  /// The table for the given positions.
  ///
  /// - Parameters:
  ///   - positions: the position of each row.
  ///   - frequencies: the angle a position adds, for each pair.
  ///   - amplitude: multiplies cosines and sines (the attention factor of YaRN and longRoPE).
  package init(positions: [Int], frequencies: [Float], amplitude: Float, pairing: Pairing, on cpu: CPU) {
    let half = frequencies.count
    let shape: Shape = [positions.count, half]
    let cosines = cpu.allocate(shape)
    let sines = cpu.allocate(shape)
    let (cosine, sine) = (cosines.floats, sines.floats)
    cpu.forEachRow(positions.count, width: half, cost: 40) { rows in
      for row in rows {
        let position = Float(positions[row])
        for pair in 0..<half {
          // The angle is rounded to f32 like the reference's; its cosine is then exact to the last bit but one.
          let angle = Double(position * frequencies[pair])
          cosine[row * half + pair] = Float(cos(angle)) * amplitude
          sine[row * half + pair] = Float(sin(angle)) * amplitude
        }
      }
    }
    self.cosines = cosines
    self.sines = sines
    self.pairing = pairing
  }
}

/// Turns the first elements of every head by the angles of its row; the rest passes through.
enum Rotary: Operation {
  struct Arguments: Sendable {
    let x: Tensor  // [rows, heads, headWidth]
    let table: RotaryTable
  }

  static let name: StaticString = "rotate"

  static func resultShape(of arguments: Arguments) throws(ShapeMismatch) -> Shape {
    let (x, angles) = (arguments.x.shape, arguments.table.cosines.shape)
    guard x.rank == 3, x[0] == angles[0], angles[1] * 2 <= x[2] else {
      throw ShapeMismatch("x \(x), angles \(angles)")
    }
    return x
  }

  static func forward(_ arguments: Arguments, into result: Tensor, on cpu: CPU) {
    let shape = result.shape
    let (heads, headWidth, half) = (shape[1], shape[2], arguments.table.cosines.shape[1])
    let (x, out) = (arguments.x.floats, result.floats)
    let (cosines, sines) = (arguments.table.cosines.floats, arguments.table.sines.floats)
    cpu.forEachRow(shape[0], width: heads * headWidth, cost: 2) { rows in
      for row in rows {
        let (cosine, sine) = (cosines + row * half, sines + row * half)
        for head in 0..<heads {
          let offset = (row * heads + head) * headWidth
          switch arguments.table.pairing {
          case .halves: cpu.rows.call.rotate_half(x + offset, cosine, sine, out + offset, half)
          case .neighbours: cpu.rows.call.rotate_interleaved(x + offset, cosine, sine, out + offset, half)
          }
          let rest = headWidth - 2 * half
          if rest > 0 { (out + offset + 2 * half).update(from: x + offset + 2 * half, count: rest) }
        }
      }
    }
  }
}

extension CPU {
  /// Rotary position embedding of `x` [rows, heads, headWidth].
  package func rotate(_ x: Tensor, by table: RotaryTable) -> Tensor {
    apply(Rotary.self, .init(x: x, table: table))
  }
}
