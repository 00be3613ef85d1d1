import Foundation
import InkstoneCommand
import Testing

@Suite("Files read whole")
struct InputFileTests {
  @Test("a file of many chunks is read to its end, an empty one is empty")
  func whole() throws {
    let folder = try TemporaryFolder()
    let bytes = (0..<1_000_003).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    try Data(bytes).write(to: URL(fileURLWithPath: folder.file("long")))
    #expect(try InputFile.bytes(folder.file("long")) == bytes)
    try Data().write(to: URL(fileURLWithPath: folder.file("empty")))
    #expect(try InputFile.bytes(folder.file("empty")).isEmpty)
  }

  @Test("what comes through a pipe piece by piece is read until the writer is gone")
  func pipe() throws {
    let pipe = Pipe()
    let writer = Thread {
      for piece in ["first ", "second ", "third"] {
        pipe.fileHandleForWriting.write(Data(piece.utf8))
        Thread.sleep(forTimeInterval: 0.01)
      }
      pipe.fileHandleForWriting.closeFile()
    }
    writer.start()
    let path = "/dev/fd/\(pipe.fileHandleForReading.fileDescriptor)"
    #expect(try InputFile.text(path) == "first second third")
  }

  @Test("what is not there or no file is told with the system's reason", arguments: ["nothing", "folder"])
  func refused(name: String) throws {
    let folder = try TemporaryFolder()
    try FileManager.default.createDirectory(atPath: folder.file("folder"), withIntermediateDirectories: true)
    let error = #expect(throws: CommandError.self) { try InputFile.bytes(folder.file(name)) }
    #expect(error?.code == .cannotRead)
    #expect(error?.context == folder.file(name))
    #expect(error?.found == (name == "nothing" ? "No such file or directory" : "Is a directory"))
  }
}
