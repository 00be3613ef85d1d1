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
    /// As `halves`, in each half of the head on its own.
    case halvesOfHalves
  }

  /// Rows that are turned with the same frequencies.
  package struct Group: Sendable {
    /// The positions that the pairs are turned by, one array for all of a head's pairs or one for each half of them;
    /// each array has an entry a row.
    let positions: [[Int]]
    /// The angle that one position adds, for each pair of one of these parts.
    let frequencies: [Float]
    /// Multiplies cosines and sines (the attention factor of YaRN and longRoPE).
    let amplitude: Float

    package init(positions: [[Int]], frequencies: [Float], amplitude: Float) {
      self.positions = positions
      self.frequencies = frequencies
      self.amplitude = amplitude
    }
  }

  let cosines: Tensor  // [rows, width / 2]
  let sines: Tensor  // [rows, width / 2]
  let pairing: Pairing

  private init(cosines: Tensor, sines: Tensor, pairing: Pairing) {
    self.cosines = cosines
    self.sines = sines
    self.pairing = pairing
  }

  /// The table that turns by the same angles the other way.
  func reversed(on cpu: CPU) -> RotaryTable {
    RotaryTable(cosines: cosines, sines: cpu.scale(sines, by: -1), pairing: pairing)
  }

  /// The table for the rows of all groups, one after the other. All groups have as many parts and frequencies.
  package init(groups: [Group], pairing: Pairing, on cpu: CPU) {
    let rows = groups.reduce(0) { $0 + ($1.positions.first?.count ?? 0) }
    let half = (groups.first?.positions.count ?? 0) * (groups.first?.frequencies.count ?? 0)
    let cosines = cpu.allocate([rows, half])
    let sines = cpu.allocate([rows, half])
    var first = 0
    for group in groups {
      let count = group.positions.first?.count ?? 0
      guard group.positions.allSatisfy({ $0.count == count }), group.positions.count * group.frequencies.count == half
      else { trap("rotaryTable", "\(group.positions.map(\.count)) rows, \(group.frequencies.count) frequencies") }
      let offset = first * half
      RotaryTable.fill(cosines.floats + offset, sines.floats + offset, group, rows: count, on: cpu)
      first += count
    }
    self.cosines = cosines
    self.sines = sines
    self.pairing = pairing
  }

  /// The table for the given positions.
  ///
  /// - Parameters:
  ///   - positions: the position of each row.
  ///   - frequencies: the angle a position adds, for each pair.
  ///   - amplitude: multiplies cosines and sines.
  package init(positions: [Int], frequencies: [Float], amplitude: Float, pairing: Pairing, on cpu: CPU) {
    let group = Group(positions: [positions], frequencies: frequencies, amplitude: amplitude)
    self.init(groups: [group], pairing: pairing, on: cpu)
  }

  private static func fill(
    _ cosine: UnsafeMutablePointer<Float>, _ sine: UnsafeMutablePointer<Float>, _ group: Group, rows: Int, on cpu: CPU
  ) {
    let (width, frequencies) = (group.frequencies.count, group.frequencies)
    let half = width * group.positions.count
    cpu.forEachRow(rows, width: half, cost: 40) { rows in
      for row in rows {
        for (part, positions) in group.positions.enumerated() {
          let position = Float(positions[row])
          let start = row * half + part * width
          for pair in 0..<width {
            // The angle is rounded to f32 like the reference's; its cosine is then exact to the last bit but one.
            let angle = Double(position * frequencies[pair])
            cosine[start + pair] = Float(cos(angle)) * group.amplitude
            sine[start + pair] = Float(sin(angle)) * group.amplitude
          }
        }
      }
    }
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
          case .halvesOfHalves:
            for part in 0..<2 {
              let start = offset + part * half
              let angles = part * (half / 2)
              cpu.rows.call.rotate_half(x + start, cosine + angles, sine + angles, out + start, half / 2)
            }
          }
          let rest = headWidth - 2 * half
          if rest > 0 { (out + offset + 2 * half).update(from: x + offset + 2 * half, count: rest) }
        }
      }
    }
  }

  static func inputs(of arguments: Arguments) -> [Tensor] { [arguments.x] }

  static func kept(_ arguments: Arguments) -> Arguments {
    Arguments(x: arguments.x.hollow, table: arguments.table)
  }

  /// A rotation is undone by turning back.
  static func backward(_ arguments: Arguments, gradient: Tensor, into flow: inout GradientFlow) {
    let table = arguments.table.reversed(on: flow.cpu)
    flow.add(flow.cpu.rotate(gradient, by: table), to: arguments.x)
  }
}

extension CPU {
  /// Rotary position embedding of `x` [rows, heads, headWidth].
  package func rotate(_ x: Tensor, by table: RotaryTable) -> Tensor {
    apply(Rotary.self, .init(x: x, table: table))
  }
}
