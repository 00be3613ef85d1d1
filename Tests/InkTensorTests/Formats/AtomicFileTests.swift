import Foundation
import InkTensor
import Testing

@Suite("Atomic files")
struct AtomicFileTests {
  @Test("a file appears when it is committed, and never otherwise")
  func commit() throws {
    let folder = NSTemporaryDirectory() + "inkstone-atomic-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = folder + "/file"
    do {
      let dropped = try AtomicFile(replacing: path)
      try dropped.write([1, 2, 3])
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
    let file = try AtomicFile(replacing: path)
    try file.write([1, 2, 3])
    try file.pad(to: 8)
    try file.write(Storage.copying([9, 8, 7]), range: 1..<3)
    #expect(file.position == 10 && !FileManager.default.fileExists(atPath: path))
    try file.commit()
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["file"])
    let storage = try MappedFile.open(path)
    #expect(storage.bytes(in: 0..<storage.byteCount) == [1, 2, 3, 0, 0, 0, 0, 0, 8, 7])
    #expect(throws: TensorError.self) { try AtomicFile(replacing: folder + "/absent/file") }
  }

  @Test("pieces of storages are gathered in order, and a piece outside is refused")
  func gather() throws {
    let first = Storage.copying([1, 2, 3, 4])
    let second = Storage.copying([5, 6])
    let joined = try Storage.gathering([.init(second, 0..<2), .init(first, 1..<3), .init(first, 4..<4)])
    #expect(joined.bytes(in: 0..<4) == [5, 6, 2, 3])
    #expect(throws: TensorError.self) { try Storage.gathering([.init(first, 3..<5)]) }
  }
}
