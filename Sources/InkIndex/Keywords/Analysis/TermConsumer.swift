/// Takes the terms of a text as they are found.
protocol TermConsumer {
  /// Takes a term in UTF-8 that stands at a range of the text's bytes.
  mutating func take(_ term: [UInt8], at range: Range<Int>)
}
