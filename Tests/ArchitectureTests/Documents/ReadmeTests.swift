import Testing

@Suite("README")
struct ReadmeTests {
  let repository = Repository.current
  let pages = ["README.md", "README.zh.md"]
  /// The states a row may have, in English and Chinese.
  let states = ["available": "可用", "partial": "部分", "planned": "计划中"]

  /// The last cell of each row of the status table, in order.
  private func statusRows(of page: String, heading: String) throws -> [(name: String, state: String)] {
    let lines = try repository.text(page).split(separator: "\n", omittingEmptySubsequences: false)
    let start = try #require(lines.firstIndex { $0.hasPrefix("## \(heading)") }, "\(page) has no heading \(heading)")
    var rows: [(name: String, state: String)] = []
    for line in lines[(start + 1)...] {
      if line.hasPrefix("## ") { break }
      let cells = line.split(separator: "|").map { $0.trimmed() }
      guard cells.count >= 2, !cells[0].allSatisfy({ $0 == "-" || $0 == ":" }) else { continue }
      rows.append((cells[0], cells[cells.count - 1]))
    }
    return Array(rows.dropFirst())
  }

  @Test("both languages list the same capabilities in the same state")
  func sameStatus() throws {
    let english = try statusRows(of: "README.md", heading: "Status")
    let chinese = try statusRows(of: "README.zh.md", heading: "状态")
    #expect(!english.isEmpty)
    #expect(english.count == chinese.count)
    for (left, right) in zip(english, chinese) {
      let state = try #require(states[left.state], "\"\(left.name)\" has the unknown state \"\(left.state)\"")
      #expect(right.state == state, "\"\(left.name)\" and \"\(right.name)\" differ")
    }
  }

  @Test("every subcommand has an example in both languages")
  func everySubcommandIsShown() throws {
    for file in repository.files(under: "Sources/InkstoneCommand/Commands", extensions: ["swift"]) {
      for (number, text) in file.code {
        guard let range = text.firstRange(of: "commandName: \"") else { continue }
        let name = text[range.upperBound...].prefix { $0 != "\"" }
        guard name != "inkstone" else { continue }
        for page in pages {
          #expect(
            try repository.text(page).contains("inkstone \(name)"),
            "\(page) shows no example of `inkstone \(name)` (\(file.path):\(number))")
        }
      }
    }
  }

  @Test("files and scripts that the pages name exist", arguments: ["README.md", "README.zh.md", "CONTRIBUTING.md"])
  func namedFilesExist(page: String) throws {
    let lines = try repository.text(page).split(separator: "\n").filter { !$0.hasPrefix("```") }
    for name in lines.flatMap({ ArchitecturePage.names(in: $0) }) {
      let path = name.split(separator: " ").first.map(String.init) ?? name
      let prefixes = ["Scripts/", "Benchmarks/", ".ci/", "Sources/", "Tests/"]
      guard prefixes.contains(where: path.hasPrefix), !path.contains("<"), !path.contains("*"), !path.contains("{")
      else { continue }
      #expect(repository.exists(path), "\(page) names \(path)")
    }
  }
}

extension Substring {
  fileprivate func trimmed() -> String {
    var text = self
    while text.first?.isWhitespace == true { text.removeFirst() }
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }
}
