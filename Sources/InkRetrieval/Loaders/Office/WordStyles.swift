/// The styles of a Word document as far as they make headings and lists.
struct WordStyles {
  private struct Style {
    var level: Int?
    var isList = false
    var base: String?
  }

  /// Heading levels, from 1, by the identifiers of styles.
  private(set) var levels: [String: Int] = [:]
  /// The identifiers of styles whose paragraphs are items.
  private(set) var lists: Set<String> = []

  /// Reads the part that holds the styles; a document may have none.
  init(_ archive: inout DocumentArchive, part: String) throws(RetrievalError) {
    guard var reader = try archive.xml(part) else { return }
    var styles: [String: Style] = [:]
    var current: (id: String, style: Style)?
    while let token = try reader.next() {
      switch token {
      case .text: continue
      case .end(let name):
        if name == "style", let done = current {
          styles[done.id] = done.style
          current = nil
        }
      case .start(let element):
        switch element.name {
        case "style": current = element.value("styleId").map { ($0, Style()) }
        case "numPr": current?.style.isList = true
        case "basedOn": current?.style.base = element.value("val")
        case "outlineLvl":
          if let level = element.value("val").flatMap({ Int($0) }), level >= 0, level < 9 {
            current?.style.level = level + 1
          }
        case "name":
          if let level = WordStyles.level(ofName: element.value("val") ?? "") { current?.style.level = level }
        default: continue
        }
      }
    }
    for id in styles.keys {
      var (next, steps) = (Optional(id), 0)
      while let name = next, let style = styles[name], steps < 16 {
        if style.isList { lists.insert(id) }
        if let level = style.level {
          levels[id] = level
          break
        }
        (next, steps) = (style.base, steps + 1)
      }
    }
  }

  private static func level(ofName name: String) -> Int? {
    let name = name.lowercased()
    if name == "title" { return 1 }
    for prefix in ["heading ", "标题 ", "標題 "] where name.hasPrefix(prefix) {
      if let level = Int(name.dropFirst(prefix.count)), level > 0, level < 10 { return level }
    }
    return nil
  }
}
