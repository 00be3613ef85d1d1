import Foundation
import InkData
import Testing

@Suite struct FileSelectionTests {
  private static let files = FilesInMemory([
    "data/b.txt": "b", "data/a.txt": "a", "data/a10.txt": "a10", "data/deep/er/c.txt": "c",
    "data/deep/d.jsonl": "{\"text\":\"d\"}",
    "data/.hidden.txt": "h", "data/picture.png": "p", "x1.txt": "x1", "x2.txt": "x2", "[y].txt": "y",
  ])

  @Test(
    "Files, folders and patterns stand for sorted lists of files",
    arguments: [
      (["data"], ["data/a.txt", "data/a10.txt", "data/b.txt", "data/deep/d.jsonl", "data/deep/er/c.txt"]),
      (["data/*.txt"], ["data/a.txt", "data/a10.txt", "data/b.txt"]),
      (["data/a??.txt"], ["data/a10.txt"]),
      (["data/[!b]*.txt"], ["data/a.txt", "data/a10.txt"]),
      (["data/**/*.txt"], ["data/a.txt", "data/a10.txt", "data/b.txt", "data/deep/er/c.txt"]),
      (["**/c.txt", "x[1-2].txt"], ["data/deep/er/c.txt", "x1.txt", "x2.txt"]),
      (["x2.txt", "x*.txt"], ["x2.txt", "x1.txt"]),
      (["[y].txt"], ["[y].txt"]),
      (["*/deep/*/c.*"], ["data/deep/er/c.txt"]),
    ])
  func patterns(paths: [String], expected: [String]) throws {
    let dataset = try Dataset(DataSource(name: "files", paths: paths, format: .text), files: Self.files)
    #expect(dataset.report.files == expected)
  }

  @Test("Files of a folder that are passed over are reported")
  func ignoredFiles() throws {
    #expect(try Self.files.open("data").report.ignoredFiles == ["data/picture.png"])
  }

  @Test("Paths that stand for nothing are errors", arguments: ["missing.txt", "data/*.csv", "nowhere/**/*.txt"])
  func missing(path: String) {
    let error = dataError { _ = try Self.files.open(path) }
    #expect(error?.code == .file)
    #expect(error?.context == path)
  }

  @Test("Files on the disk are read, in folders too")
  func disk() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "inkdata-\(UUID().uuidString)")
    try FileManager.default.createDirectory(
      at: folder.appending(path: "inner"), withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try Data("one".utf8).write(to: folder.appending(path: "inner/a.txt"))
    try Data("two".utf8).write(to: folder.appending(path: "b.txt"))
    let path = folder.path(percentEncoded: false)
    #expect(try Dataset(DataSource(name: "disk", paths: [path])).texts() == ["two", "one"])
    #expect(try Dataset(DataSource(name: "disk", paths: [path + "/**/*.txt"])).count == 2)
    #expect(dataError { _ = try Dataset(DataSource(name: "disk", paths: [path + "/none.txt"])) }?.code == .file)
  }
}
