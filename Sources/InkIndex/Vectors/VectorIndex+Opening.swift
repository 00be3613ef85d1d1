public import InkTensor

extension VectorIndex {
  /// Opens an index as it was saved. Vectors and links stay in the file, mapped into memory, until they are changed; the
  /// file itself is never changed.
  ///
  /// All of it is checked: the sums of its bytes, and that every link leads to a vector.
  ///
  /// - Parameter cpu: the threads that building, batches of searches and long scans run on.
  /// - Throws: `file` where it cannot be read, `damaged` where it is not what was saved, `unsupported` for a version that
  ///   is not known.
  public static func open(_ path: String, cpu: CPU = CPU()) throws(IndexError) -> VectorIndex {
    let storage: Storage
    do throws(TensorError) {
      storage = try MappedFile.open(path, for: .copyOnWrite)
    } catch {
      throw IndexError(file: error)
    }
    return VectorIndex(try VectorFile(storage, path: path, cpu: cpu).state(), cpu: cpu)
  }
}

/// A stored vector index, mapped into memory.
private struct VectorFile {
  private let storage: Storage
  private let path: String
  private let header: VectorFileHeader

  /// Reads the header and compares the checksums of all parts.
  init(_ storage: Storage, path: String, cpu: CPU) throws(IndexError) {
    self.storage = storage
    self.path = path
    let size = VectorFileHeader.byteCount
    guard storage.byteCount >= size else {
      throw IndexError(.damaged, context: path, expected: "\(size) bytes or more", found: "\(storage.byteCount)")
    }
    let words = storage.numbers(of: UInt64.self, in: 0..<size)
    guard words[0] == VectorFileHeader.magic else {
      throw IndexError(
        .damaged, context: path, expected: "a vector index of a machine with the same byte order",
        found: "something else")
    }
    guard words[1] == VectorFileHeader.version else {
      throw IndexError(
        .unsupported, context: path, expected: "version \(VectorFileHeader.version)", found: "version \(words[1])",
        hint: "Build the index again, or use the program that wrote it.")
    }
    guard storage.checksum(of: 0..<size - 8) == words[VectorFileHeader.wordCount - 1] else {
      throw Self.differs("header", path)
    }
    header = try VectorFileHeader(words: Array(words.dropLast()), fileSize: storage.byteCount, path: path)
    var sums = header.places.map { _ in UInt64(0) }
    cpu.threads.forEach(&sums) { [header] index, sum in sum = storage.checksum(of: header.places[index].range) }
    for part in VectorFileHeader.Part.allCases where sums[part.rawValue] != header.places[part.rawValue].checksum {
      throw Self.differs("\(part)", path)
    }
  }

  private static func differs(_ part: String, _ path: String) -> IndexError {
    IndexError(
      .damaged, context: "\(path), \(part)", expected: "the bytes that were saved", found: "other ones",
      hint: "Copy the file again, or build the index again.")
  }

  /// The index that the file holds.
  func state() throws(IndexError) -> VectorState {
    let settings = header.settings
    let slots = header.slots
    let ids = try numbers(.ids, of: Int64.self, count: slots)
    let live = SlotSet(words: try numbers(.live, of: UInt64.self, count: (slots + 63) / 64), capacity: slots)
    let floats = try table(
      .floats, stride: VectorRows.floatStride(dimension: settings.dimension),
      count: settings.form == .codes ? nil : slots)
    let codes = try table(
      .codes, stride: VectorRows.codeStride(dimension: settings.dimension),
      count: settings.form == .floats ? nil : slots)
    let rows = VectorRows(dimension: settings.dimension, score: settings.score, floats: floats, codes: codes)
    return try VectorState(settings, rows: rows, ids: ids, live: live, graph: try graph(over: live))
  }

  private func graph(over live: SlotSet) throws(IndexError) -> LinkGraph? {
    let connections = header.settings.connections ?? 1
    let count = header.settings.connections == nil ? nil : header.slots
    let layers = try numbers(.layers, of: UInt8.self, count: count ?? 0)
    let upperRows = try numbers(.upperRows, of: UInt32.self, count: count ?? 0)
    let base = try table(
      .baseLinks, stride: LinkGraph.stride(connections: connections, layer: 0), count: count)
    let upper = try table(
      .upperLinks, stride: LinkGraph.stride(connections: connections, layer: 1),
      count: count.map { _ in header.upperRows })
    guard let base, let upper else { return nil }
    guard
      let graph = LinkGraph(
        connections: connections, base: base, upper: upper, upperRows: upperRows, layers: layers, members: live,
        entry: header.entry)
    else {
      throw IndexError(
        .damaged, context: "\(path), links", expected: "links from vectors to vectors on the same layer",
        found: "others", hint: "Build the index again.")
    }
    return graph
  }

  /// Rows of a part; for a part that the index does not have, nil.
  private func table(
    _ part: VectorFileHeader.Part, stride: Int, count: Int?
  ) throws(IndexError) -> RowTable? {
    let place = try place(of: part, byteCount: stride.multipliedReportingOverflow(by: count ?? 0))
    return count.map {
      RowTable(
        stride: stride, count: $0, mapped: storage, offset: place.offset, access: .copyOnWrite)
    }
  }

  private func numbers<Number: FixedWidthInteger & BitwiseCopyable>(
    _ part: VectorFileHeader.Part, of type: Number.Type, count: Int
  ) throws(IndexError) -> [Number] {
    let place = try place(of: part, byteCount: count.multipliedReportingOverflow(by: MemoryLayout<Number>.size))
    return storage.numbers(of: type, in: place.range)
  }

  private func place(
    of part: VectorFileHeader.Part, byteCount: (partialValue: Int, overflow: Bool)
  ) throws(IndexError) -> VectorFileHeader.Place {
    let place = header.places[part.rawValue]
    guard !byteCount.overflow, place.byteCount == byteCount.partialValue else {
      throw IndexError(
        .damaged, context: "\(path), \(part)", expected: "\(byteCount.partialValue) bytes",
        found: "\(place.byteCount)", hint: "Build the index again.")
    }
    return place
  }
}
