internal import InkTokenizers

/// The records of a source, opened and checked: every one of them can be read.
///
/// Files are held in memory; examples are built when they are asked for, in any order.
///
/// ```swift
/// let dataset = try Dataset(DataSource(name: "instructions", paths: ["data/alpaca/*.json"]))
/// let first = try dataset.example(at: 0)
/// ```
public struct Dataset: Sendable {
  /// Where a record is.
  private struct Place: Sendable {
    let file: Int
    let record: Int
  }

  /// What was asked for.
  public let source: DataSource
  /// What the fields mean, also where it was found out.
  public let format: RecordFormat
  /// What was found.
  public let report: ReadingReport
  /// A hash of the contents that are used: data that changed are other data.
  public let fingerprint: UInt64

  private let files: [RecordFile]
  private let places: [Place]

  /// How many records there are.
  public var count: Int { places.count }

  /// Opens files and reads every record once.
  ///
  /// - Parameters:
  ///   - source: what to read.
  ///   - files: where files come from.
  ///   - decompressors: how compressed files are read; those without one are refused.
  /// - Throws: `DataError` for missing files, broken records (unless they are skipped) and sources without records.
  public init(
    _ source: DataSource, files: any DataFiles = DiskFiles(),
    decompressors: [any FileDecompressor] = [GzipDecompressor()]
  ) throws(DataError) {
    try source.part.check(source.name)
    let selection = try FileSelection(source.paths, in: files)
    var opened: [RecordFile] = []
    for path in selection.paths {
      opened.append(
        try RecordFile(
          path: path, files: files, layout: source.layout, documents: source.documents, decompressors: decompressors))
    }
    var checking = RecordCheck(source)
    var places: [Place] = []
    var hash = ContentHash()
    for (index, file) in opened.enumerated() {
      for record in file.spans.indices {
        let recordHash = file.hash(record)
        guard source.part.contains(recordHash), try checking.accepts(file, record) else { continue }
        places.append(Place(file: index, record: record))
        hash.add(recordHash)
      }
    }
    guard let format = checking.format, !places.isEmpty else {
      let broken = checking.report.skippedCount
      let found = broken == 0 ? "none" : "\(broken) broken ones, the first: \(checking.report.firstFaults[0])"
      let all = opened.reduce(0) { $0 + $1.spans.count }
      throw DataError(
        .invalidRecord, context: "source \(source.name)", expected: "at least one record",
        found: source.part == .all ? found : "\(found) of \(all) on this side of what is held out",
        hint: source.part == .all ? "" : "Hold out another share, or name files to measure on.")
    }
    checking.report.files = selection.paths
    checking.report.ignoredFiles = selection.ignored
    checking.report.recordCount = places.count
    self.source = source
    self.format = format
    self.files = opened
    self.places = places
    report = checking.report
    hash.add(format.rawValue)
    for (field, column) in source.columns.sorted(by: { $0.key < $1.key }) {
      hash.add(field)
      hash.add(column)
    }
    fingerprint = hash.value
  }

  /// Where a record stands.
  public func origin(at index: Int) -> RecordOrigin {
    guard places.indices.contains(index) else { return RecordOrigin(path: source.name, line: 0) }
    return files[places[index].file].origin(places[index].record)
  }

  /// What a record says.
  /// - Throws: `DataError` for an index outside `0 ..< count`.
  public func example(at index: Int) throws(DataError) -> Example {
    guard places.indices.contains(index) else {
      throw DataError(
        .invalidSetting, context: "source \(source.name)", expected: "a record below \(count)", found: "\(index)")
    }
    let place = places[index]
    let file = files[place.file]
    let fields = RecordFields(
      try file.fields(place.record), columns: source.columns, origin: file.origin(place.record))
    return try format.example(fields)
  }
}

/// Reads records to see whether they can be used, and finds out their format from the first.
private struct RecordCheck {
  private let source: DataSource
  var format: RecordFormat?
  var report = ReadingReport()
  private var isFirst = true

  init(_ source: DataSource) {
    self.source = source
    format = source.format
  }

  private func format(of fields: RecordFields) throws(DataError) -> RecordFormat {
    if let format { return format }
    return try RecordFormat.detected(in: fields)
  }

  mutating func accepts(_ file: RecordFile, _ record: Int) throws(DataError) -> Bool {
    do throws(DataError) {
      let fields = RecordFields(try file.fields(record), columns: source.columns, origin: file.origin(record))
      let format = try self.format(of: fields)
      self.format = format
      _ = try format.example(fields)
      if isFirst {
        let used = (format.requiredFields + format.optionalFields).map { source.columns[$0] ?? $0 }
        report.unusedFields = fields.names.filter { !used.contains($0) }
        isFirst = false
      }
      return true
    } catch {
      switch source.faultyRecords {
      case .refuse: throw error
      case .skip:
        report.skip(error)
        return false
      }
    }
  }
}
