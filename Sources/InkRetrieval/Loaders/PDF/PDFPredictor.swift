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
    let row = (columns * colors * bits + 7) / 8
    if kind == 2 {
      guard bits == 8 else { return data }
      var result = data
      for index in result.indices where index % row >= pixel { result[index] &+= result[index - pixel] }
      return result
    }
    var result: [UInt8] = []
    result.reserveCapacity(data.count)
    var above = [UInt8](repeating: 0, count: row)
    var place = 0
    while place < data.count {
      let filter = data[place]
      let content = data[place + 1..<min(place + 1 + row, data.count)]
      place += 1 + row
      var current = [UInt8](repeating: 0, count: row)
      for (index, byte) in content.enumerated() {
        let left = index >= pixel ? current[index - pixel] : 0
        let up = above[index]
        let corner = index >= pixel ? above[index - pixel] : 0
        switch filter {
        case 1: current[index] = byte &+ left
        case 2: current[index] = byte &+ up
        case 3: current[index] = byte &+ UInt8((Int(left) + Int(up)) / 2)
        case 4: current[index] = byte &+ PDFPredictor.paeth(left, up, corner)
        default: current[index] = byte
        }
      }
      result.append(contentsOf: current.prefix(content.count))
      above = current
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
