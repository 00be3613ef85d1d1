/// What `\\w` means: alphabetic characters, marks, decimal numbers, connector punctuation.
enum WordCharacter {
  /// The categories all of whose characters belong to it.
  static let mask = CategoryMask.letter.union(.mark).union(.decimalNumber).union(.letterNumber)
    .union(.connectorPunctuation).rawValue

  /// The symbols that are alphabetic: letters in circles and squares.
  static let symbols: [ClosedRange<UInt32>] = [
    0x24B6...0x24E9, 0x1F130...0x1F149, 0x1F150...0x1F169, 0x1F170...0x1F189,
  ]

  static func contains(_ categoryMask: UInt32, _ value: UInt32) -> Bool {
    if categoryMask & mask != 0 { return true }
    return value >= 0x24B6 && symbols.contains { $0.contains(value) }
  }

  /// The characters that join or part letters without a width, which some engines count as well.
  static func isJoiner(_ value: UInt32) -> Bool {
    value == 0x200C || value == 0x200D
  }
}
