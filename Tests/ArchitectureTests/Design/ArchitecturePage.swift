/// The arrows that ARCHITECTURE.md allows, read from its table of targets.
struct ArchitecturePage: Sendable {
  /// Target names in the order of the table, and what each row lets that target import.
  private(set) var targets: [String] = []
  private(set) var imports: [String: Set<String>] = [:]
  private(set) var packages: [String: Set<String>] = [:]

  /// Reads rows of the form ``| `Target` | what lives there | imports | packages |`` below the heading
  /// "Targets in the tree". The word "all" in the third column means every target above the row.
  init(text: String) {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard let start = lines.firstIndex(where: { $0.hasPrefix("#") && $0.hasSuffix("Targets in the tree") }) else {
      return
    }
    for line in lines[(start + 1)...] {
      if line.hasPrefix("#") { break }
      let cells = line.split(separator: "|", omittingEmptySubsequences: false)
      guard cells.count >= 6, let name = Self.names(in: cells[1]).first else { continue }
      imports[name] = Self.words(in: cells[3]) == ["all"] ? Set(targets) : Set(Self.names(in: cells[3]))
      packages[name] = Set(Self.names(in: cells[4]))
      targets.append(name)
    }
  }

  /// What `target` may import: what its row names and, in turn, what those rows name.
  func allowed(for target: String) -> Set<String> {
    var found: Set<String> = []
    var open = Array(imports[target] ?? [])
    while let next = open.popLast() {
      if found.insert(next).inserted { open += imports[next] ?? [] }
    }
    return found
  }

  /// Modules of other packages that `target` may import: only what its own row names.
  func allowedPackages(for target: String) -> Set<String> {
    packages[target] ?? []
  }

  /// The names set in backquotes.
  static func names(in cell: Substring) -> [String] {
    cell.split(separator: "`", omittingEmptySubsequences: false).enumerated()
      .filter { $0.offset % 2 == 1 }
      .map { String($0.element) }
  }

  private static func words(in cell: Substring) -> [Substring] {
    cell.split(whereSeparator: \.isWhitespace)
  }
}
