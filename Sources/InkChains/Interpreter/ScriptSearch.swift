/// Finds a text in others by their bytes, in a time that grows with their lengths and not with the product of them
/// (Knuth, Morris and Pratt 1977). Bytes of UTF-8 are found only where characters begin, so this is Python's search by
/// code points.
struct ScriptSearch {
  private let piece: [UInt8]
  /// For each beginning of the piece, how long the longest shorter beginning is that it ends with.
  private let borders: [Int]

  /// A search for a text; an empty one is found nowhere.
  init(_ text: String) {
    piece = Array(text.utf8)
    var borders = [Int](repeating: 0, count: piece.count)
    var length = 0
    for position in piece.indices.dropFirst() {
      while length > 0, piece[position] != piece[length] { length = borders[length - 1] }
      if piece[position] == piece[length] { length += 1 }
      borders[position] = length
    }
    self.borders = borders
  }

  /// Where the text begins, from left to right; places do not overlap.
  func places(in text: [UInt8], most: Int = .max) -> [Int] {
    guard !piece.isEmpty else { return [] }
    var places: [Int] = []
    var length = 0
    for (position, byte) in text.enumerated() {
      while length > 0, byte != piece[length] { length = borders[length - 1] }
      if byte == piece[length] { length += 1 }
      guard length == piece.count else { continue }
      places.append(position + 1 - length)
      if places.count >= most { break }
      length = 0
    }
    return places
  }

  /// The parts of a text between the places.
  func parts(of text: String) -> [String] {
    let bytes = Array(text.utf8)
    var parts: [String] = []
    var start = 0
    for place in places(in: bytes) {
      parts.append(String(decoding: bytes[start..<place], as: UTF8.self))
      start = place + piece.count
    }
    return parts + [String(decoding: bytes[start...], as: UTF8.self)]
  }
}
