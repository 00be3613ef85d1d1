import InkTensor
import Synchronization

extension VectorIndex {
  /// Writes the index to a file: beside its place, synchronised, then renamed over it. Nothing of removed vectors is
  /// written. Searches go on meanwhile; changes wait.
  ///
  /// - Throws: `file` with the system's reason; what was at the path is then untouched.
  public func save(_ path: String) throws(IndexError) {
    do throws(TensorError) {
      try writer.withLock { _ throws(TensorError) in
        if state.read({ !$0.leaving.isEmpty }) { state.write { $0.sweep(memory: walks, on: cpu) } }
        try state.read { state throws(TensorError) in try state.write(to: path) }
      }
    } catch {
      throw IndexError(file: error)
    }
  }
}

extension IndexError {
  /// What went wrong with a file.
  init(file error: TensorError) {
    self.init(.file, context: error.context, expected: error.expected, found: error.found, hint: error.hint)
  }
}

extension VectorState {
  /// Writes all parts. Nothing may be leaving.
  func write(to path: String) throws(TensorError) {
    let parts = parts
    var places: [VectorFileHeader.Place] = []
    var position = VectorFileHeader.byteCount
    for part in parts {
      places.append(.init(offset: position, byteCount: part.byteCount, checksum: part.checksum))
      position +=
        (part.byteCount + VectorFileHeader.alignment - 1) / VectorFileHeader.alignment
        * VectorFileHeader.alignment
    }
    let header = VectorFileHeader(
      settings: settings, slots: ids.count, upperRows: graph?.upper.count ?? 0, places: places,
      entry: graph?.entry)
    let words = Storage.copying(numbers: header.words)
    let check = Storage.copying(numbers: [words.checksum(of: 0..<words.byteCount)])
    let file = try AtomicFile(replacing: path)
    try file.write(words, range: 0..<words.byteCount)
    try file.write(check, range: 0..<check.byteCount)
    for part in parts {
      try part.write(to: file)
      try file.pad(to: VectorFileHeader.alignment)
    }
    try file.commit()
  }

  /// The parts in the order of ``VectorFileHeader/Part``.
  private var parts: [FilePart] {
    VectorFileHeader.Part.allCases.map { part in
      switch part {
      case .ids: .bytes(.copying(numbers: ids))
      case .live: .bytes(.copying(numbers: live.words))
      case .floats: .rows(rows.floats)
      case .codes: .rows(rows.codes)
      case .layers: .bytes(.copying(numbers: graph?.layers ?? []))
      case .upperRows: .bytes(.copying(numbers: graph?.upperRows ?? []))
      case .baseLinks: .rows(graph?.base)
      case .upperLinks: .rows(graph?.upper)
      }
    }
  }
}

/// What a part of a file is written from.
private enum FilePart {
  case bytes(Storage)
  /// Rows; nil for a part that the index does not have.
  case rows(RowTable?)

  var byteCount: Int {
    switch self {
    case .bytes(let storage): storage.byteCount
    case .rows(let table): table.map { $0.stride * $0.count } ?? 0
    }
  }

  var checksum: UInt64 {
    switch self {
    case .bytes(let storage): storage.checksum(of: 0..<storage.byteCount)
    case .rows(let table): table?.checksum ?? Storage.checksum(of: [])
    }
  }

  func write(to file: AtomicFile) throws(TensorError) {
    switch self {
    case .bytes(let storage): try file.write(storage, range: 0..<storage.byteCount)
    case .rows(let table): try table?.write(to: file)
    }
  }
}
