/// Brings a plane of fewer samples to the size of the picture.
///
/// Halved planes are interpolated with weights 3/4 and 1/4 ("triangle filter"), others repeated, with the rounding of the
/// libraries in use.
struct JPEGUpsampling {
  let width: Int
  let height: Int
  let samples: [UInt8]
  let stride: Int
  /// How many times wider and higher the picture is.
  let horizontal: Int
  let vertical: Int

  /// The filter that the ratio asks for.
  private enum Filter {
    case repeated
    case wider
    case higher
    case both
  }

  private var filter: Filter {
    // Planes of one or two samples a row have no neighbours to speak of: libraries repeat them.
    switch (horizontal, vertical) {
    case (2, 1): width > 2 ? .wider : .repeated
    case (1, 2): .higher
    case (2, 2): width > 2 ? .both : .repeated
    default: .repeated
    }
  }

  /// A row of the picture from the plane, `width * horizontal` samples of which the first are used.
  func row(_ y: Int, into row: inout [UInt8]) {
    let own = min(y / vertical, height - 1)
    switch filter {
    case .repeated:
      for x in row.indices { row[x] = samples[own * stride + min(x / horizontal, width - 1)] }
    case .wider:
      for x in row.indices {
        let place = own * stride + min(x / 2, width - 1)
        let near = Int(samples[place])
        let other = neighbour(x)
        guard let other else {
          row[x] = UInt8(near)
          continue
        }
        row[x] = UInt8((near * 3 + Int(samples[own * stride + other]) + (x % 2 == 0 ? 1 : 2)) >> 2)
      }
    case .higher:
      let (next, bias) = nextRow(y, own)
      for x in row.indices {
        let column = min(x, width - 1)
        row[x] = UInt8((Int(samples[own * stride + column]) * 3 + Int(samples[next * stride + column]) + bias) >> 2)
      }
    case .both:
      let next = nextRow(y, own).row
      for x in row.indices {
        let near = mixed(min(x / 2, width - 1), own, next)
        let bias = x % 2 == 0 ? 8 : 7
        let far = neighbour(x).map { mixed($0, own, next) } ?? near
        row[x] = UInt8((near * 3 + far + bias) >> 4)
      }
    }
  }

  /// The column beside a column of the picture, nil at the plane's edges.
  private func neighbour(_ x: Int) -> Int? {
    let other = x % 2 == 0 ? x / 2 - 1 : x / 2 + 1
    return (0..<width).contains(other) ? other : nil
  }

  /// The row that a row of the picture is mixed with, and what is added before rounding.
  private func nextRow(_ y: Int, _ own: Int) -> (row: Int, bias: Int) {
    y % 2 == 0 ? (max(own - 1, 0), 1) : (min(own + 1, height - 1), 2)
  }

  private func mixed(_ column: Int, _ own: Int, _ next: Int) -> Int {
    Int(samples[own * stride + column]) * 3 + Int(samples[next * stride + column])
  }
}
