/// Where the entries of an outline lead, by name or directly.
struct PDFDestinations {
  private static let mostNames = 200_000

  private let file: PDFFile
  private var named: [[UInt8]: PDFObject] = [:]

  init(_ file: PDFFile, catalog: [String: PDFObject]) {
    self.file = file
    for (name, target) in file.dictionary(catalog["Dests"]) ?? [:] { named[Array(name.utf8)] = target }
    var stack = [file.dictionary(catalog["Names"])?["Dests"]]
    var seen: Set<Int> = []
    while let node = stack.popLast(), named.count < PDFDestinations.mostNames {
      if case .reference(let number)? = node, !seen.insert(number).inserted { continue }
      guard let members = file.dictionary(node), seen.count < PDFDestinations.mostNames else { continue }
      let names = file.array(members["Names"]) ?? []
      for index in stride(from: 0, to: names.count - 1, by: 2) {
        if let name = file.resolve(names[index]).string { named[name] = names[index + 1] }
      }
      for kid in file.array(members["Kids"]) ?? [] {
        // Only nodes of their own number can be told apart from a circle.
        if case .reference = kid { stack.append(kid) }
      }
    }
  }

  /// The object of the page that an entry of the outline leads to.
  func page(of entry: [String: PDFObject]) -> Int? {
    var target = file.resolve(entry["Dest"])
    if case .null = target, let action = file.dictionary(entry["A"]) { target = file.resolve(action["D"]) }
    if let name = target.string ?? target.name.map({ Array($0.utf8) }) { target = file.resolve(named[name]) }
    if case .dictionary(let members) = target { target = file.resolve(members["D"]) }
    guard case .array(let parts) = target, case .reference(let page)? = parts.first else { return nil }
    return page
  }
}
