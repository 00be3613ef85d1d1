import InkArchive
import InkTensor

/// Where a PyTorch file keeps its pickle and its storages: a ZIP archive since version 1.6, a row of pickles with the
/// data behind them before.
struct PyTorchContainer {
  let heap: PickleHeap
  let root: PickleValue
  /// The bytes of each storage of the heap.
  let ranges: [Range<Int>]

  init(_ file: Storage, path: String) throws(FormatError) {
    let start = file.bytes(in: 0..<min(file.byteCount, 4))
    if start == [0x50, 0x4b, 0x03, 0x04] {
      try self.init(archive: file, path: path)
    } else if start.first == 0x80 {
      try self.init(rowOfPickles: file, path: path)
    } else {
      throw FormatError(
        .malformed, file: path, expected: "a PyTorch file",
        found: file.byteCount == 0 ? "an empty file" : "other bytes",
        hint: "Files of versions before 0.1.10, which are TAR archives, are not read.")
    }
  }

  // MARK: ZIP

  private init(archive file: Storage, path: String) throws(FormatError) {
    let archive: ZipArchive
    do { archive = try ZipArchive(file, path: path) } catch { throw FormatError(error, file: path) }
    let pickles = archive.members.filter { $0.name.hasSuffix("/data.pkl") && $0.name.count { $0 == "/" } == 1 }
    guard pickles.count == 1 else {
      throw FormatError(
        .malformed, file: path, expected: "one data.pkl", found: "\(pickles.count)",
        hint: "This ZIP archive was not made by torch.save.")
    }
    let prefix = String(pickles[0].name.dropLast("data.pkl".count))
    var members: [String: ZipArchive.Member] = [:]
    for member in archive.members { members[member.name] = member }
    guard members[prefix + "constants.pkl"] == nil else {
      throw FormatError(
        .unsupported, file: path, expected: "weights", found: "a TorchScript program",
        hint: "Save the state_dict of the model instead.")
    }
    if let order = members[prefix + "byteorder"] {
      let text: [UInt8]
      do { text = try archive.contents(order, limit: 64) } catch { throw FormatError(error, file: path) }
      guard text == Array("little".utf8) else {
        throw FormatError(.unsupported, file: path, context: "byteorder", expected: "little", found: "another one")
      }
    }
    let program = try PyTorchContainer.range(archive, pickles[0], path: path)
    var machine = PickleMachine(PickleCursor(file, range: program, file: path))
    root = try machine.run()
    heap = machine.heap
    var ranges: [Range<Int>] = []
    var known: [String: Range<Int>] = [:]
    for storage in heap.storages {
      guard let member = members[prefix + "data/" + storage.key] else {
        throw FormatError(.missing, file: path, context: "storage \(FormatError.quoted(storage.key))")
      }
      let range: Range<Int>
      if let seen = known[storage.key] {
        range = seen
      } else {
        range = try PyTorchContainer.range(archive, member, path: path)
        known[storage.key] = range
      }
      try PyTorchContainer.check(storage, byteCount: range.count, path: path)
      ranges.append(range)
    }
    self.ranges = ranges
  }

  /// Where a member lies; `torch.save` stores all of them as they are, so that they can be mapped.
  private static func range(
    _ archive: ZipArchive, _ member: ZipArchive.Member, path: String
  ) throws(FormatError) -> Range<Int> {
    let range: Range<Int>?
    do { range = try archive.storedRange(member) } catch { throw FormatError(error, file: path) }
    guard let range else {
      throw FormatError(
        .unsupported, file: path, context: "member \(FormatError.quoted(member.name))", expected: "a stored member",
        found: "a compressed one", hint: "torch.save does not compress; save the file again with it.")
    }
    return range
  }

  private static func check(_ storage: PickleStorage, byteCount: Int, path: String) throws(FormatError) {
    let (wanted, overflow) = storage.count.multipliedReportingOverflow(by: storage.dtype?.byteCount ?? 1)
    guard !overflow, wanted == byteCount else {
      throw FormatError(
        .outOfRange, file: path, context: "storage \(FormatError.quoted(storage.key))",
        expected: "\(storage.count) elements of \(storage.dtype?.rawValue ?? "a byte")", found: "\(byteCount) bytes",
        hint: "The file is damaged or was not downloaded whole.")
    }
  }

  // MARK: Before ZIP

  /// 0x1950a86a20f9469cfc6c, little-endian.
  private static let magic: [UInt8] = [0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19]

  private init(rowOfPickles file: Storage, path: String) throws(FormatError) {
    var machine = PickleMachine(PickleCursor(file, range: 0..<file.byteCount, file: path))
    guard case .long(PyTorchContainer.magic) = try machine.run() else {
      throw FormatError(
        .malformed, file: path, expected: "the number that PyTorch files begin with", found: "another pickle",
        hint: "This is a pickle of something else; only files of torch.save are read.")
    }
    guard case .int(1001) = try machine.run() else {
      throw FormatError(.unsupported, file: path, context: "protocol version", expected: "1001")
    }
    let system = try machine.run()
    if case .dictionary(let number) = system {
      for (key, value) in machine.heap.dictionaries[number] {
        if case .text("little_endian") = key, case .bool(false) = value {
          throw FormatError(.unsupported, file: path, context: "byte order", expected: "little-endian")
        }
      }
    }
    root = try machine.run()
    let keys = try machine.run()
    heap = machine.heap
    ranges = try PyTorchContainer.ranges(heap, keys, file, from: machine.cursor.position, path: path)
  }

  /// Each storage in the order of the keys: its number of elements in 8 bytes, then its data.
  private static func ranges(
    _ heap: PickleHeap, _ keys: PickleValue, _ file: Storage, from start: Int, path: String
  ) throws(FormatError) -> [Range<Int>] {
    var storageOfKey: [String: PickleStorage] = [:]
    for storage in heap.storages { storageOfKey[storage.key] = storage }
    var found: [String: Range<Int>] = [:]
    var cursor = PickleCursor(file, range: start..<file.byteCount, file: path)
    for key in heap.elements(keys) ?? [] {
      guard case .text(let name) = key, let storage = storageOfKey[name], found[name] == nil else {
        throw FormatError(
          .malformed, file: path, context: "list of storages", expected: "each storage of the tensors once",
          found: key.kind)
      }
      let count = try cursor.integer(Int64.self)
      let width = storage.dtype?.byteCount ?? 1
      guard count >= 0, count <= Int64(cursor.remaining / width) else {
        throw FormatError(
          .outOfRange, file: path, context: "storage \(FormatError.quoted(name))",
          expected: "at most \(cursor.remaining) bytes", found: "\(count) elements of \(width) bytes",
          hint: "The file is damaged or was not downloaded whole.")
      }
      found[name] = cursor.position..<cursor.position + Int(count) * width
      try cursor.skip(Int(count) * width)
    }
    var ranges: [Range<Int>] = []
    for storage in heap.storages {
      guard let range = found[storage.key] else {
        throw FormatError(.missing, file: path, context: "storage \(FormatError.quoted(storage.key))")
      }
      try check(storage, byteCount: range.count, path: path)
      ranges.append(range)
    }
    return ranges
  }
}
