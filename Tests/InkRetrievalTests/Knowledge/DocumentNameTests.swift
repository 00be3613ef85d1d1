import InkRetrieval
import Testing

@Suite("Names of documents")
struct DocumentNameTests {
  @Test("a newcomer under a name that belongs to another file gets its folder before it, then more of the path")
  func longerNames() async throws {
    let sample = try SampleBase()
    for path in ["a.txt", "x/a.txt", "y/x/a.txt", "z/y/x/a.txt"] { try sample.files.write(path, "text of \(path)") }
    let root = sample.files.path
    for (given, name) in [("a.txt", "a.txt"), ("x", "x/a.txt"), ("y/x", "y/x/a.txt"), ("z/y/x/a.txt", "z/y/x/a.txt")] {
      let report = try await sample.base.add([root + "/" + given])
      #expect(report.outcomes.map(\.name) == [name])
      #expect(report.added == 1)
      #expect(try await sample.base.store.text(ofDocument: name) == "text of \(name)")
    }
  }

  @Test("names are the same at every repetition, in whatever order and through whatever folder")
  func repetition() async throws {
    let sample = try SampleBase()
    try sample.files.write("readme.txt", "one")
    try sample.files.write("docs/readme.txt", "two")
    let (file, folder) = (sample.files.path + "/readme.txt", sample.files.path + "/docs")
    #expect(try await sample.base.add([file, folder]).outcomes.map(\.name) == ["readme.txt", "docs/readme.txt"])
    #expect(try await sample.base.add([folder, file]).outcomes.map(\.name) == ["docs/readme.txt", "readme.txt"])
    #expect(try await sample.base.add([sample.files.path]).unchanged == 2)
    try sample.files.write("docs/readme.txt", "three")
    let changed = try await sample.base.add([folder])
    #expect(changed.outcomes.map(\.name) == ["docs/readme.txt"])
    #expect(changed.replaced == 1)
    #expect(try await sample.base.store.text(ofDocument: "readme.txt") == "one")
  }

  @Test("a path that is given twice in one call is one document")
  func twice() async throws {
    let sample = try SampleBase()
    try sample.files.write("docs/a.txt", "one")
    let folder = sample.files.path + "/docs"
    let report = try await sample.base.add([folder, folder + "/a.txt", folder + "/../docs"])
    #expect(report.outcomes.map(\.name) == ["a.txt"])
    #expect(try await sample.names() == ["a.txt"])
  }

  @Test("a prefix stands before the longer name as well")
  func prefix() async throws {
    let sample = try SampleBase()
    try sample.files.write("x/a.txt", "one")
    try sample.files.write("y/a.txt", "two")
    for folder in ["x", "y"] { _ = try await sample.base.add([sample.files.path + "/" + folder], prefix: "guide/") }
    #expect(try await sample.names() == ["guide/a.txt", "guide/y/a.txt"])
  }

  @Test("an upload takes no file's place and no file an upload's; an upload of the same name is the next state")
  func uploads() async throws {
    let sample = try SampleBase()
    try sample.files.write("docs/a.txt", "file")
    try sample.files.write("docs/b.txt", "file")
    _ = try await sample.base.add([sample.files.path + "/docs/a.txt"])
    _ = try await sample.base.add(bytes: Array("upload".utf8), name: "b.txt")
    #expect(try await sample.base.add(bytes: Array("upload".utf8), name: "a.txt").name == "upload/a.txt")
    #expect(try await sample.base.add(bytes: Array("newer".utf8), name: "a.txt").result == .replaced)
    _ = try await sample.base.add([sample.files.path + "/docs"])
    #expect(try await sample.names() == ["a.txt", "b.txt", "docs/b.txt", "upload/a.txt"])
    #expect(try await sample.base.store.bytes(ofDocument: "b.txt") == Array("upload".utf8))
    #expect(try await sample.base.store.text(ofDocument: "upload/a.txt") == "newer")
  }

  @Test("removing and syncing go by the file, whatever its document is called")
  func removal() async throws {
    let sample = try SampleBase()
    for path in ["x/a.txt", "y/a.txt", "y/b.txt"] { try sample.files.write(path, path) }
    let (x, y) = (sample.files.path + "/x", sample.files.path + "/y")
    _ = try await sample.base.sync(x)
    _ = try await sample.base.sync(y)
    #expect(try await sample.names() == ["a.txt", "b.txt", "y/a.txt"])
    try sample.files.remove("y/a.txt")
    let report = try await sample.base.sync(y)
    #expect(report.outcomes.filter { $0.result == .removed }.map(\.name) == ["y/a.txt"])
    try sample.files.write("y/a.txt", "back")
    #expect(try await sample.base.sync(y).added == 1)
    #expect(try await sample.base.remove(["a.txt"]) == ["a.txt"])
    // The name is free now, and the file that had a longer one keeps it.
    #expect(try await sample.base.sync(y).unchanged == 2)
    #expect(try await sample.names() == ["b.txt", "y/a.txt"])
    #expect(try await sample.base.add([x]).outcomes.map(\.name) == ["a.txt"])
  }

  @Test("an empty upload is no document")
  func empty() async throws {
    let sample = try SampleBase()
    #expect(try await sample.base.add(bytes: [], name: "a.txt").result == .skipped(.empty))
    #expect(try await sample.names() == [])
  }
}
