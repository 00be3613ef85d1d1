import InkRetrieval
import Testing

/// What holds for the pieces of every splitter.
func expectWellFormed(
  _ pieces: [Piece], of document: ExtractedText, sourceLocation: SourceLocation = #_sourceLocation
) {
  let bytes = Array(document.text.utf8)
  var boundaries: Set<Int> = [0]
  var offset = 0
  for character in document.text {
    offset += character.utf8.count
    boundaries.insert(offset)
  }
  var covered = [Bool](repeating: false, count: bytes.count)
  var last = -1
  for piece in pieces {
    #expect(piece.range.lowerBound > last, "starts ascend", sourceLocation: sourceLocation)
    last = piece.range.lowerBound
    #expect(Array(piece.text.utf8) == Array(bytes[piece.range]), "the bytes", sourceLocation: sourceLocation)
    #expect(
      boundaries.contains(piece.range.lowerBound) && boundaries.contains(piece.range.upperBound),
      "no character is cut at \(piece.range)", sourceLocation: sourceLocation)
    #expect(
      piece.text.unicodeScalars.contains { !$0.properties.isWhitespace }, "not empty", sourceLocation: sourceLocation)
    for index in piece.range { covered[index] = true }
  }
  offset = 0
  for character in document.text {
    if !character.isWhitespace, !covered[offset] {
      Issue.record("\(character) at \(offset) is in no piece", sourceLocation: sourceLocation)
      return
    }
    offset += character.utf8.count
  }
}
