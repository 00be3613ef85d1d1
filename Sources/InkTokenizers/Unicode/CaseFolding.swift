/// Lower case and the comparison that ignores case.
enum CaseFolding {
  /// One scalar for all that differ only in case, as far as one scalar can say it.
  static func simpleFold(_ value: UInt32) -> UInt32 {
    simpleLowercase(simpleUppercase(value))
  }

  static func simpleUppercase(_ value: UInt32) -> UInt32 {
    guard let scalar = Unicode.Scalar(value) else { return value }
    return single(scalar.properties.uppercaseMapping) ?? value
  }

  static func simpleLowercase(_ value: UInt32) -> UInt32 {
    guard let scalar = Unicode.Scalar(value) else { return value }
    return single(scalar.properties.lowercaseMapping) ?? value
  }

  private static func single(_ mapping: String) -> UInt32? {
    let scalars = mapping.unicodeScalars
    return scalars.count == 1 ? scalars.first?.value : nil
  }

  /// Every character in lower case, each on its own (no rule for a final sigma).
  static func lowercase(_ text: AlignedText) -> AlignedText {
    text.rewritten { writer in
      var index = 0
      while index < text.count {
        let (value, width) = UTF8Reader.scalar(text.bytes.span, at: index, end: text.count)
        if let scalar = Unicode.Scalar(value), scalar.properties.changesWhenLowercased {
          writer.write(scalar.properties.lowercaseMapping.utf8, for: index, index + width)
        } else {
          writer.copy(index, index + width)
        }
        index += width
      }
    }
  }
}
