package import InkTensor

/// One file of `torch.save`, memory-mapped: with or without ZIP, read as data without running any code.
///
/// The names follow one rule: the first of `state_dict`, `model_state_dict`, `model` and `module` that is a dictionary
/// with tensors is looked into, as often as there is one; what is reached so is the state dictionary. Dictionaries
/// inside it become parts of the names, joined with a dot.
///
/// Tensors may share storages. One that lies row by row in its storage is a view of the file; a transposed or strided
/// one is copied when it is asked for.
public struct PyTorchFile: TensorSource {
  public let path: String
  public let tensorNames: [String]
  /// The names of entries that are no tensors, such as a step counter or the state of an optimizer.
  public let skipped: [String]
  private let file: Storage
  private let entries: [String: Entry]

  private struct Entry: Sendable {
    let dtype: DType
    let shape: Shape
    let strides: [Int]
    /// Where the first element lies in the file.
    let start: Int
    let layout: Layout
  }

  private enum Layout: Sendable {
    case rows
    case strided
  }

  /// Opens a `.bin`, `.pt` or `.pth` file.
  ///
  /// - Throws: `cannotOpen`; `unsupported` for a pickle that needs a name or an opcode which does more than hold data,
  ///   naming it, for a TorchScript program, a compressed or a big-endian file; `truncated`, `malformed`, `outOfRange`,
  ///   `missing` for a damaged one.
  public static func open(_ path: String) throws(FormatError) -> PyTorchFile {
    try PyTorchFile(try StoredFile.map(path), path: path)
  }

  /// Reads a file that is in memory; `path` stands for it in messages.
  package init(_ file: Storage, path: String) throws(FormatError) {
    let container = try PyTorchContainer(file, path: path)
    let names = try PyTorchStateDict(container.root, heap: container.heap, file: path)
    var entries: [String: Entry] = [:]
    var ordered: [String] = []
    for (name, number) in names.tensors {
      let tensor = container.heap.tensors[number]
      let entry = try PyTorchFile.entry(
        tensor, in: container.ranges[tensor.storage], fileByteCount: file.byteCount, name: name, path: path)
      // A key that is set twice in a dictionary counts once, with its last value.
      if entries.updateValue(entry, forKey: name) == nil { ordered.append(name) }
    }
    self.path = path
    self.tensorNames = ordered
    self.skipped = names.skipped
    self.file = file
    self.entries = entries
  }

  private static func entry(
    _ tensor: PickleTensor, in range: Range<Int>, fileByteCount: Int, name: String, path: String
  ) throws(FormatError) -> Entry {
    let shape = Shape(tensor.extents)
    let width = tensor.dtype.byteCount
    let place = "tensor \(FormatError.quoted(name))"
    guard let byteCount = ElementType.dense(tensor.dtype).byteCount(shape) else {
      throw FormatError(
        .outOfRange, file: path, context: place, expected: "a shape whose size fits 63 bits",
        found: "\(tensor.dtype.rawValue) \(shape)")
    }
    guard byteCount > 0 else {
      return Entry(dtype: tensor.dtype, shape: shape, strides: tensor.strides, start: 0, layout: .rows)
    }
    guard let last = lastElement(tensor), last < range.count / width else {
      throw FormatError(
        .outOfRange, file: path, context: place,
        expected: "elements inside a storage of \(range.count / width)",
        found: "offset \(tensor.offset), size \(shape), stride \(tensor.strides)",
        hint: "The file is damaged or was not downloaded whole.")
    }
    let layout: Layout = isRowMajor(tensor) && range.lowerBound % width == 0 ? .rows : .strided
    // A stride of zero repeats elements; the copy may not be much larger than the file.
    guard layout == .rows || byteCount <= max(fileByteCount, 1 << 20) else {
      throw FormatError(
        .outOfRange, file: path, context: place, expected: "at most as many bytes as the file has",
        found: "\(byteCount) by repetition")
    }
    return Entry(
      dtype: tensor.dtype, shape: shape, strides: tensor.strides, start: range.lowerBound + tensor.offset * width,
      layout: layout)
  }

  /// The place of the last element in the storage, or nil when it does not fit an `Int`.
  private static func lastElement(_ tensor: PickleTensor) -> Int? {
    var last = tensor.offset
    for (extent, stride) in zip(tensor.extents, tensor.strides) {
      let (distance, overflow) = (extent - 1).multipliedReportingOverflow(by: stride)
      let (sum, second) = last.addingReportingOverflow(distance)
      if overflow || second { return nil }
      last = sum
    }
    return last
  }

  private static func isRowMajor(_ tensor: PickleTensor) -> Bool {
    var step = 1
    for (extent, stride) in zip(tensor.extents, tensor.strides).reversed() where extent != 1 {
      if stride != step { return false }
      step *= extent
    }
    return true
  }

  public func contains(_ name: String) -> Bool { entries[name] != nil }

  public func find(_ name: String) -> StoredTensor? {
    guard let entry = entries[name] else { return nil }
    let byteCount = entry.shape.elementCount * entry.dtype.byteCount
    var storage = file
    var start = entry.start
    if entry.layout == .strided {
      storage = Storage.gatheringStrided(
        file, byteOffset: entry.start, elementByteCount: entry.dtype.byteCount, shape: entry.shape,
        strides: entry.strides)
      start = 0
    }
    // Type, shape and place were checked when the file was opened.
    return try? StoredTensor(
      name: name, type: .dense(entry.dtype), shape: entry.shape, storage: storage,
      byteRange: start..<start + byteCount, file: path)
  }
}
