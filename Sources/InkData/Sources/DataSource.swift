/// Files of one kind that examples come from, as a recipe names them.
public struct DataSource: Sendable, Hashable {
  /// What becomes of records that are broken.
  public enum FaultyRecords: Sendable, Hashable {
    /// The first one is an error that names file and line.
    case refuse
    /// They are left out, counted, and the first few are remembered.
    case skip
  }

  /// The name, for reports and messages.
  public var name: String
  /// Files, folders and patterns such as `data/*.jsonl` or `corpus/**/*.txt`.
  public var paths: [String]
  /// How files are divided into records.
  public var layout: FileLayout
  /// What the documents of text files are.
  public var documents: TextDocuments
  /// What the fields mean; nil means that the first record shows it.
  public var format: RecordFormat?
  /// The files' names of fields by the format's: `["prompt": "question"]`.
  public var columns: [String: String]
  /// How often examples come from this source, relative to the others; nil means as often as it has records. Either all
  /// sources of a mixture have a weight or none.
  public var weight: Double?
  /// Which of the records are used.
  public var part: DataPart
  /// What becomes of broken records.
  public var faultyRecords: FaultyRecords

  /// Files with everything else as it mostly is.
  public init(
    name: String, paths: [String], layout: FileLayout = .automatic, documents: TextDocuments = TextDocuments(),
    format: RecordFormat? = nil, columns: [String: String] = [:], weight: Double? = nil, part: DataPart = .all,
    faultyRecords: FaultyRecords = .refuse
  ) {
    self.name = name
    self.paths = paths
    self.layout = layout
    self.documents = documents
    self.format = format
    self.columns = columns
    self.weight = weight
    self.part = part
    self.faultyRecords = faultyRecords
  }
}
