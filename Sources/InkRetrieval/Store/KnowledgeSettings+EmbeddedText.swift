extension KnowledgeSettings {
  /// What of a piece is embedded and searched for words.
  public func searchedText(of piece: Piece) -> String {
    switch embeddedText {
    case .piece: piece.text
    case .headingsAndPiece:
      piece.headings.isEmpty ? piece.text : piece.headings.joined(separator: " > ") + "\n\n" + piece.text
    }
  }
}
