/// Undoes the differences between neighbours that data were packed as (ISO 32000-1, 7.4.4.4).
struct PDFPredictor {
  private let kind: Int
  private let colors: Int
  private let bits: Int
  private let columns: Int

  /// The predictor of a stream's parameters; nil when there is none.
  init?(_ parameters: [String: Int]) {
    kind = parameters["Predictor"] ?? 1
    colors = min(max(parameters["Colors"] ?? 1, 1), 32)
    bits = min(max(parameters["BitsPerComponent"] ?? 8, 1), 16)
    columns = min(max(parameters["Columns"] ?? 1, 1), 1 << 24)
    if kind < 2 { return nil }
  }

  func decode(_ data: [UInt8]) -> [UInt8] {
    let pixel = max(1, colors * bits / 8)
    // A row that is said to be longer than all data is the data.
    let row = max(1, min((columns * colors * bits + 7) / 8, data.count))
    if kind == 2 {
      guard bits == 8 else { return data }
      var result = data
      for index in result.indices where index % row >= pixel { result[index] &+= result[index - pixel] }
      return result
    }
    var result: [UInt8] = []
    result.reserveCapacity(data.count)
    var place = 0
    while place < data.count {
      let filter = data[place]
      let content = data[place + 1..<min(place + 1 + row, data.count)]
      place += 1 + row
      let start = result.count
      for (index, byte) in content.enumerated() {
        let left = index >= pixel ? result[start + index - pixel] : 0
        let up = start >= row ? result[start + index - row] : 0
        let corner = index >= pixel && start >= row ? result[start + index - row - pixel] : 0
        switch filter {
        case 1: result.append(byte &+ left)
        case 2: result.append(byte &+ up)
        case 3: result.append(byte &+ UInt8((Int(left) + Int(up)) / 2))
        case 4: result.append(byte &+ PDFPredictor.paeth(left, up, corner))
        default: result.append(byte)
        }
      }
    }
    return result
  }

  private static func paeth(_ left: UInt8, _ up: UInt8, _ corner: UInt8) -> UInt8 {
    let estimate = Int(left) + Int(up) - Int(corner)
    let toLeft = abs(estimate - Int(left))
    let toUp = abs(estimate - Int(up))
    let toCorner = abs(estimate - Int(corner))
    if toLeft <= toUp, toLeft <= toCorner { return left }
    return toUp <= toCorner ? up : corner
  }
}
