/// How much of a file's content is followed, so that a small file that repeats itself ends.
struct PDFReadingBudget {
  /// Operators of a page; a drawing of more is no page of text.
  private static let operatorsOfPage = 5_000_000
  /// Operators of all pages together.
  private static let operatorsOfFile = 50_000_000

  private var pageOperators = 0
  private var fileOperators = 0
  private var shownBytes = 0

  mutating func beginPage() { pageOperators = 0 }

  /// Counts an operator; false when there have been too many.
  mutating func takeOperator() -> Bool {
    pageOperators += 1
    fileOperators += 1
    return pageOperators <= PDFReadingBudget.operatorsOfPage && fileOperators <= PDFReadingBudget.operatorsOfFile
  }

  /// Counts bytes of a shown string, each of which may become a character.
  ///
  /// - Throws: `tooLarge` when it is more text than a file may have.
  mutating func take(bytes: Int, _ file: PDFFile) throws(RetrievalError) {
    shownBytes += bytes
    try file.limits.check(textOf: shownBytes, name: file.name)
  }
}
