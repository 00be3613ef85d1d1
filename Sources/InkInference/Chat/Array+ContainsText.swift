extension [UInt8] {
  /// Whether the bytes of a text stand anywhere in these.
  func contains(_ text: String) -> Bool {
    let pattern = Array(text.utf8)
    guard let first = pattern.first, count >= pattern.count else { return pattern.isEmpty }
    return (0...(count - pattern.count)).contains { start in
      self[start] == first && self[start..<(start + pattern.count)].elementsEqual(pattern)
    }
  }
}
