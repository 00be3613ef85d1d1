/// The lines at the head or the foot of pages that only repeat, such as a book's title with the page's number.
struct PDFRunningLines {
  private static let fewestPages = 6

  private let heads: Set<String>
  private let feet: Set<String>

  /// Finds the first and last lines that a quarter of the pages share but for their numbers.
  init(_ pages: [[PDFPageLayout.Line]]) {
    func repeated(_ lines: [PDFPageLayout.Line]) -> Set<String> {
      var counts: [String: Int] = [:]
      for line in lines { counts[PDFRunningLines.key(line), default: 0] += 1 }
      return Set(counts.filter { $0.value >= fewestPages && $0.value * 4 >= pages.count }.keys)
    }
    let fewestPages = PDFRunningLines.fewestPages
    heads = repeated(pages.compactMap(\.first))
    feet = repeated(pages.compactMap { $0.count > 1 ? $0.last : nil })
  }

  /// The lines of a page without those that only repeat.
  func removed(from lines: [PDFPageLayout.Line]) -> [PDFPageLayout.Line] {
    var lines = lines[...]
    if let first = lines.first, heads.contains(PDFRunningLines.key(first)) { lines.removeFirst() }
    if let last = lines.last, feet.contains(PDFRunningLines.key(last)) { lines.removeLast() }
    return Array(lines)
  }

  /// A line without digits, roman numerals in their place, and spaces.
  private static func key(_ line: PDFPageLayout.Line) -> String {
    let words = line.text.split(whereSeparator: \.isWhitespace)
    return words.filter { word in
      !word.allSatisfy { $0.isNumber || "ivxlcIVXLC/-–|".contains($0) }
    }.joined().filter { !$0.isNumber }
  }
}
