import InkData

extension Recipe {
  /// Leaves out, in all sources that the recipe names, what cannot be read.
  mutating func skipBrokenRecords() {
    data = data.map(\.withoutBrokenRecords)
    switch validation {
    case .none, .fraction: break
    case .sources(let sources): validation = .sources(sources.map(\.withoutBrokenRecords))
    }
    if let sources = protection?.sources { protection?.sources = sources.map(\.withoutBrokenRecords) }
  }
}

extension DataSource {
  fileprivate var withoutBrokenRecords: DataSource {
    var source = self
    source.faultyRecords = .skip
    return source
  }
}
