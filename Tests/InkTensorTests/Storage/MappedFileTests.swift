import Foundation
import InkTensor
import Testing

/// Files as read-only memory.
@Suite("Mapped files")
struct MappedFileTests {
  /// A folder that is gone after the test.
  private func withFolder(_ body: (URL) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("mapped-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder)
  }

  @Test("a file's bytes are its storage's, also after hints and after the file was removed")
  func contents() throws {
    try withFolder { folder in
      let file = folder.appendingPathComponent("file")
      let bytes = (0..<50_000).map { UInt8(truncatingIfNeeded: $0 * 7) }
      try Data(bytes).write(to: file)
      let storage = try MappedFile.open(file.path)
      #expect(storage.byteCount == 50_000)
      storage.willNeed(100..<40_000)
      #expect(storage.bytes(in: 0..<50_000) == bytes)
      storage.discardResidentPages(1..<50_000)
      storage.discardResidentPages(5..<5)
      storage.discardResidentPages(5..<6)
      #expect(storage.bytes(in: 0..<50_000) == bytes)
      try FileManager.default.removeItem(at: file)
      #expect(storage.bytes(in: 49_990..<50_000) == Array(bytes[49_990...]))
    }
  }

  @Test("pages around a range are given back with it, and what was written over a copy stays")
  func neighbours() throws {
    try withFolder { folder in
      let file = folder.appendingPathComponent("file")
      let bytes = (0..<5_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
      try Data(bytes).write(to: file)
      let storage = try MappedFile.open(file.path)
      for range in [0..<1, 2_500_000..<2_600_000, 4_999_999..<5_000_000, 0..<5_000_000, 7..<7] {
        storage.discardResidentRuns(around: range)
        #expect(storage.bytes(in: 0..<5_000_000) == bytes)
      }
      let copy = try MappedFile.open(file.path, for: .copyOnWrite)
      let table = RowTable(stride: 8192, count: 600, mapped: copy, offset: 0, access: .copyOnWrite)
      table.fill(row: 3, with: 0xA5)
      copy.discardResidentPages(0..<5_000_000)
      copy.discardResidentRuns(around: 30_000..<30_001)
      #expect(copy.bytes(in: 3 * 8192..<4 * 8192).allSatisfy { $0 == 0xA5 })
      #expect(copy.bytes(in: 0..<3 * 8192) == Array(bytes[..<(3 * 8192)]))
    }
  }

  @Test("an empty file is an empty storage")
  func empty() throws {
    try withFolder { folder in
      let file = folder.appendingPathComponent("empty")
      try Data().write(to: file)
      let storage = try MappedFile.open(file.path)
      #expect(storage.byteCount == 0)
      #expect(storage.bytes(in: 0..<0).isEmpty)
      let error = #expect(throws: TensorError.self) {
        try Tensor(storage: storage, byteOffset: 0, dtype: .f32, shape: [1])
      }
      #expect(error?.code == .outOfRange)
    }
  }

  @Test("a missing file is refused with its path and the system's reason")
  func missing() throws {
    try withFolder { folder in
      let path = folder.appendingPathComponent("nothing").path
      let error = #expect(throws: TensorError.self) { try MappedFile.open(path) }
      #expect(error?.code == .cannotOpen)
      #expect(error?.context == path)
      #expect(error?.found.isEmpty == false)
      #expect(error?.hint.isEmpty == false)
    }
  }

  @Test("a file that the process has no room for is refused as one, with what to do", .enabled(if: refusesHugeCopies))
  func noRoom() throws {
    try withFolder { folder in
      // A copy of eight terabytes, of which the disk holds nothing.
      let path = folder.appendingPathComponent("sparse").path
      #expect(FileManager.default.createFile(atPath: path, contents: nil))
      let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
      try file.truncate(atOffset: 1 << 43)
      try file.close()
      let error = #expect(throws: TensorError.self) { try MappedFile.open(path, for: .copyOnWrite) }
      #expect(error?.code == .outOfMemory)
      #expect(error?.context == path)
      #expect(error?.hint.isEmpty == false)
    }
  }

  /// Linux promises no more memory than there is unless it is told to.
  private static let refusesHugeCopies =
    (try? String(contentsOfFile: "/proc/sys/vm/overcommit_memory", encoding: .utf8))?.hasPrefix("1") == false

  @Test("a folder is refused: it is not a regular file")
  func directory() throws {
    try withFolder { folder in
      let error = #expect(throws: TensorError.self) { try MappedFile.open(folder.path) }
      #expect(error?.code == .cannotOpen)
      #expect(error?.expected == "a regular file")
    }
  }

  @Test("a path that goes through a file is refused")
  func throughFile() throws {
    try withFolder { folder in
      let file = folder.appendingPathComponent("file")
      try Data([1]).write(to: file)
      let error = #expect(throws: TensorError.self) { try MappedFile.open(file.path + "/inside") }
      #expect(error?.code == .cannotOpen)
    }
  }

  @Test("a pipe is refused at once rather than waited for", .timeLimit(.minutes(5)))
  func pipe() throws {
    try withFolder { folder in
      let path = folder.appendingPathComponent("pipe").path
      #expect(mkfifo(path, 0o600) == 0)
      let error = #expect(throws: TensorError.self) { try MappedFile.open(path) }
      #expect(error?.code == .cannotOpen)
    }
  }
}
