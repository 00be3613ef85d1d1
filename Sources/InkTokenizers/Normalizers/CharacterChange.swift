/// What becomes of one character.
enum CharacterChange: Sendable, Equatable {
  case keep
  case drop
  /// Another character in its place.
  case write(UInt32)
  /// The character with an ASCII character before and after.
  case surround(with: UInt8)
}

extension AlignedText {
  /// Changes every character on its own; bytes that are not UTF-8 count as characters of the value
  /// `UTF8Reader.invalid`.
  func changingCharacters(_ change: (UInt32) -> CharacterChange) -> AlignedText {
    let span = bytes.span
    var first = 0
    while first < count {
      let (value, width) = UTF8Reader.scalar(span, at: first, end: count)
      if change(value) != .keep { break }
      first += width
    }
    if first == count { return self }
    return rewritten { writer in
      writer.copy(0, first)
      var index = first
      while index < count {
        let (value, width) = UTF8Reader.scalar(bytes.span, at: index, end: count)
        switch change(value) {
        case .keep: writer.copy(index, index + width)
        case .drop: break
        case .write(let new):
          var encoded: [UInt8] = []
          UTF8Reader.append(new, to: &encoded)
          writer.write(encoded, for: index, index + width)
        case .surround(let byte):
          writer.write(CollectionOfOne(byte), for: index, index + width)
          writer.copy(index, index + width)
          writer.write(CollectionOfOne(byte), for: index, index + width)
        }
        index += width
      }
    }
  }
}
