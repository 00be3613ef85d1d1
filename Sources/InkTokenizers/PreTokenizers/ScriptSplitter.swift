/// Cuts text where its script changes.
enum ScriptSplitter {
  /// The pieces of a text; as in the reference library, what stands before the first character with a script is in none.
  static func pieces(_ text: Span<UInt8>, start: Int, end: Int) -> [Range<Int>] {
    var result: [Range<Int>] = []
    var piece: (start: Int, script: UInt8)?
    var index = start
    while index < end {
      let (value, width) = UTF8Reader.scalar(text, at: index, end: end)
      // A character without a script neither begins a piece nor changes the script that the next one is compared with.
      if let script = ScriptTable.script(value), piece?.script != script {
        if let piece { result.append(piece.start..<index) }
        piece = (index, script)
      }
      index += width
    }
    if let piece { result.append(piece.start..<end) }
    return result
  }
}
