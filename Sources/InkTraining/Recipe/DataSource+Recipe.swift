import InkData
import Yams

extension DataSource {
  private enum LayoutWord: String, CaseIterable {
    case automatic, json, jsonl, csv, tsv, text

    var layout: FileLayout {
      switch self {
      case .automatic: .automatic
      case .json: .json
      case .jsonl: .jsonLines
      case .csv: .commaSeparated
      case .tsv: .tabSeparated
      case .text: .text
      }
    }
  }

  /// The sources under a name.
  static func sources(of name: String, _ reader: inout RecipeReader) throws(TrainingError) -> [DataSource] {
    var sources: [DataSource] = []
    for var part in try reader.parts(name) ?? [] { sources.append(try DataSource(&part)) }
    return sources
  }

  init(_ part: inout RecipeReader) throws(TrainingError) {
    guard let paths = try part.texts("path"), !paths.isEmpty else {
      throw part.error("path", expected: "files, folders or patterns")
    }
    self.init(name: try part.text("name") ?? paths.joined(separator: ", "), paths: paths)
    layout = (try part.choice("layout", of: LayoutWord.self) ?? .automatic).layout
    documents = try DataSource.documents(&part)
    format = try part.choice("format", of: RecordFormat.self)
    columns = try part.dictionary("columns") ?? [:]
    weight = try part.number("weight", in: 1e-9...1e9)
    faultyRecords = try part.boolean("skip_bad") ?? false ? .skip : .refuse
    try part.finish()
  }

  private enum DivisionWord: String, CaseIterable {
    case file, lines, paragraphs
  }

  private static func documents(_ part: inout RecipeReader) throws(TrainingError) -> TextDocuments {
    var documents = TextDocuments()
    switch try part.choice("documents", of: DivisionWord.self) {
    case nil, .file?: break
    case .lines?: documents.division = .lines
    case .paragraphs?: documents.division = .blankLines
    }
    if let line = try part.text("separator") { documents.division = .separatorLine(line) }
    if try part.boolean("strip_terminal_codes") ?? false { documents.terminalCodes = .strip }
    return documents
  }
}
