/// The outline of a file (its bookmarks), whose titles are found again as headings on the pages they point to.
struct PDFOutline {
  private struct Entry {
    var title: String
    var level: Int
  }

  private static let mostEntries = 20_000
  private static let deepest = 32

  private var entries: [Int: [Entry]] = [:]

  init(_ file: PDFFile, pages: [PDFPageTree.Page]) {
    guard let catalog = file.dictionary(file.trailer["Root"]), let root = file.dictionary(catalog["Outlines"]) else {
      return
    }
    var numbers: [Int: Int] = [:]
    for (index, page) in pages.enumerated() { if let object = page.object { numbers[object] = index } }
    let destinations = PDFDestinations(file, catalog: catalog)
    var seen: Set<Int> = []
    var stack: [(node: PDFObject?, level: Int)] = [(root["First"], 1)]
    var count = 0
    while let (object, level) = stack.popLast(), count < PDFOutline.mostEntries {
      guard case .reference(let number)? = object, seen.insert(number).inserted, let node = file.dictionary(object)
      else {
        continue
      }
      count += 1
      let title = file.resolve(node["Title"]).string.map(PDFText.decode)?.collapsedWhitespace ?? ""
      if !title.isEmpty, let target = destinations.page(of: node), let page = numbers[target] {
        entries[page, default: []].append(Entry(title: title, level: level))
      }
      stack.append((node["Next"], level))
      if level < PDFOutline.deepest { stack.append((node["First"], level + 1)) }
    }
  }

  /// Notes the headings of a page whose text begins at an offset. A title that does not stand on its page as a line is
  /// passed over.
  func note(page: Int, from start: Int, in builder: inout ExtractedTextBuilder) {
    guard let entries = entries[page] else { return }
    var position = start
    let bytes = builder.bytes
    var lines: [(range: Range<Int>, key: String)] = []
    while position < bytes.count {
      var end = position
      while end < bytes.count, bytes[end] != 0x0A { end += 1 }
      if end > position {
        lines.append((position..<end, PDFOutline.key(String(decoding: bytes[position..<end], as: UTF8.self))))
      }
      position = end + 1
    }
    var next = 0
    for entry in entries {
      let key = PDFOutline.key(entry.title)
      guard !key.isEmpty, next < lines.count,
        let found = lines[next...].firstIndex(where: {
          $0.key == key || ($0.key.hasSuffix(key) && $0.key.count < key.count + 12)
        })
      else { continue }
      builder.note(ExtractedText.Heading(level: entry.level, title: entry.title, range: lines[found].range))
      next = found + 1
    }
  }

  /// A line without its spaces, which extraction and outlines set differently.
  private static func key(_ text: String) -> String { String(text.filter { !$0.isWhitespace }) }
}
