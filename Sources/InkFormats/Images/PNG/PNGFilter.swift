/// The five ways in which a row of a PNG picture tells its bytes from those before and above (PNG specification, 9).
enum PNGFilter: UInt8 {
  case none = 0
  case sub = 1
  case up = 2
  case average = 3
  case paeth = 4

  /// Turns a filtered row into its bytes.
  ///
  /// - Parameters:
  ///   - row: the row, changed in place.
  ///   - above: the row above, of zeros for the first one.
  ///   - distance: bytes from a pixel to the one before it.
  func undo(_ row: inout [UInt8], above: [UInt8], distance: Int) {
    switch self {
    case .none: return
    case .sub:
      for index in row.indices.dropFirst(distance) { row[index] &+= row[index - distance] }
    case .up:
      for index in row.indices { row[index] &+= above[index] }
    case .average:
      for index in row.indices {
        let left = index < distance ? 0 : UInt16(row[index - distance])
        row[index] &+= UInt8((left + UInt16(above[index])) / 2)
      }
    case .paeth:
      for index in row.indices {
        let left = index < distance ? 0 : Int(row[index - distance])
        let corner = index < distance ? 0 : Int(above[index - distance])
        row[index] &+= UInt8(PNGFilter.nearest(left, Int(above[index]), corner))
      }
    }
  }

  /// Of left, above and corner the one nearest to `left + above - corner`, the first of them when two are as near.
  private static func nearest(_ left: Int, _ above: Int, _ corner: Int) -> Int {
    let toLeft = abs(above - corner)
    let toAbove = abs(left - corner)
    let toCorner = abs(left + above - 2 * corner)
    if toLeft <= toAbove, toLeft <= toCorner { return left }
    return toAbove <= toCorner ? above : corner
  }
}
