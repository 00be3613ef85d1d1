import Testing

@Suite("File sizes")
struct FileSizeTests {
  @Test("no source file is longer than 600 lines", arguments: ["Sources", "Tests", "Benchmarks", "Examples"])
  func underTheLimit(folder: String) {
    let files = Repository.current.files(under: folder, extensions: ["swift", "c", "h", "py"])
    let tooLong = files.filter { $0.lines.count > 601 }.map { "\($0.path): \($0.lines.count - 1) lines" }
    #expect(tooLong.isEmpty, "split these by concept:\n\(tooLong.joined(separator: "\n"))")
  }

  @Test("no folder or file is a drawer for anything")
  func namesSayWhatIsInside() {
    let drawers: Set<String> = ["Common", "Utils", "Utilities", "Helpers", "Misc", "Shared"]
    let found = Repository.current.files(under: "Sources", extensions: ["swift", "c", "h"]).filter { file in
      file.path.split(separator: "/").contains { part in
        drawers.contains(String(part.split(separator: ".").first ?? part)) || part.hasSuffix("Manager.swift")
      }
    }
    #expect(found.map(\.path) == [])
  }
}
