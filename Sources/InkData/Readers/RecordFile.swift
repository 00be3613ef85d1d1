internal import InkTokenizers

/// A file in memory and where its records are. Records are built when they are asked for.
struct RecordFile: Sendable {
  /// How the bytes of a record become fields.
  private enum Shape: Sendable {
    case json
    case delimited(DelimitedReader)
    case text(TextDocuments.TerminalCodes)
  }

  let path: String
  let spans: [RecordSpan]
  private let bytes: [UInt8]
  private let shape: Shape

  /// - Throws: `DataError` for a file that cannot be read, or not be divided into records.
  init(
    path: String, files: any DataFiles, layout: FileLayout, documents: TextDocuments,
    decompressors: [any FileDecompressor]
  ) throws(DataError) {
    self.path = path
    var contents: [UInt8]
    var name = path
    let packed = FileLayout.fileExtension(path)
    if let decompressor = decompressors.first(where: { $0.fileExtension == packed }) {
      name = String(path.dropLast(decompressor.fileExtension.count + 1))
      try FileLayout.refuseForeign(name)
      contents = try decompressor.decompressed(try files.bytes(of: path), path: path)
    } else {
      try FileLayout.refuseForeign(path)
      contents = try files.bytes(of: path)
    }
    contents = try TextBytes.utf8(contents, path: path)
    let layout = layout == .automatic ? try FileLayout.named(by: name, contents) : layout
    switch layout {
    case .json:
      spans = try JSONArrayReader.spans(contents, path: path)
      shape = .json
    case .jsonLines:
      spans = JSONLinesReader.spans(contents)
      shape = .json
    case .commaSeparated, .tabSeparated:
      let separator = UInt8(ascii: layout == .tabSeparated ? "\t" : ",")
      let opened = try DelimitedReader.open(contents, separator: separator, path: path)
      spans = opened.spans
      shape = .delimited(opened.reader)
    case .text, .automatic:
      spans = PlainTextReader.spans(contents, division: documents.division)
      shape = .text(documents.terminalCodes)
    }
    bytes = contents
  }

  func origin(_ index: Int) -> RecordOrigin { RecordOrigin(path: path, line: spans[index].line) }

  /// A hash of the record's bytes.
  func hash(_ index: Int) -> UInt64 {
    var hash = ContentHash()
    hash.add(bytes[spans[index].range])
    return hash.value
  }

  /// The fields of a record by name.
  /// - Throws: `DataError` with file and line for a record that is broken.
  func fields(_ index: Int) throws(DataError) -> TemplateMap {
    let origin = origin(index)
    let record = bytes[spans[index].range]
    switch shape {
    case .text(let codes): return ["text": .string(try PlainTextReader.text(record, codes, origin: origin))]
    case .delimited(let reader):
      return TemplateMap(try reader.row(record, origin: origin).map { ($0.0, TemplateValue.string($0.1)) })
    case .json: return try object(record, origin)
    }
  }

  private func object(_ record: ArraySlice<UInt8>, _ origin: RecordOrigin) throws(DataError) -> TemplateMap {
    guard let text = String(validating: record, as: UTF8.self) else {
      throw DataError(.invalidRecord, context: "\(origin)", expected: "UTF-8", found: "bytes that are not")
    }
    let value: TemplateValue
    do {
      value = try TemplateValue(json: text)
    } catch {
      throw DataError(
        .invalidRecord, context: "\(path):\(origin.line + max(error.line - 1, 0)), column \(error.column)",
        expected: error.expected ?? "JSON", found: error.found ?? error.context)
    }
    guard case .map(let fields) = value else {
      throw DataError(.invalidRecord, context: "\(origin)", expected: "an object", found: value.kindOfData)
    }
    return fields
  }
}
