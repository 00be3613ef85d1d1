package import ArgumentParser
import InkChat
import InkFormats

/// `inkstone weights checksum`: the SHA-256 list of a folder.
package struct ChecksumCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "checksum", abstract: "Write the SHA-256 list of a folder, or check it.",
    discussion: """
      The list is SHA256SUMS, which sha256sum --check reads too. Ends with status 4 when a file is not what is listed.

        inkstone weights checksum vicuna-7b
        inkstone weights checksum vicuna-7b --check
      """)

  @Argument(help: "The folder.")
  package var folder: String

  @Flag(help: "Compare the files with the list that is there.")
  package var check = false

  @OptionGroup package var output: OutputOptions

  package init() {}

  package mutating func run() async throws {
    if check { return try compare() }
    let list = try ChecksumList.computing(folder)
    try list.write(folder)
    if output.json {
      let files: Report = .array(list.entries.map { ["name": .string($0.name), "sha256": .string($0.sha256)] })
      let report: Report = ["path": .string(folder), "files": files]
      return try output.result(report.text)
    }
    for entry in list.entries { try output.result("\(entry.sha256)  \(entry.name)") }
  }

  private func compare() throws {
    let list = try ChecksumList.open(folder)
    let finding = try list.check(folder)
    if output.json {
      let report: Report = [
        "path": .string(folder), "listed": .whole(list.entries.count), "clean": .boolean(finding.isClean),
        "changed": .array(finding.changed.map { .string($0) }), "missing": .array(finding.missing.map { .string($0) }),
        "unlisted": .array(finding.unlisted.map { .string($0) }),
      ]
      try output.result(report.text)
    } else {
      for name in finding.changed { try output.result("\(name): changed") }
      for name in finding.missing { try output.result("\(name): missing") }
      for name in finding.unlisted { output.remark("\(name) is not in the list") }
      if finding.isClean { try output.result("\(list.entries.count) files are what the list says") }
    }
    if !finding.isClean {
      throw CommandError(
        .checkFailed, context: folder, expected: "files with the listed SHA-256",
        found: "\(finding.changed.count) changed, \(finding.missing.count) missing",
        hint: "Get them again.")
    }
  }
}
