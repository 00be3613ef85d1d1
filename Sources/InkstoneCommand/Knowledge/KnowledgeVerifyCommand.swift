package import ArgumentParser
import InkChat
import InkRetrieval

/// `inkstone knowledge verify`: reads the sources of an answer again.
package struct KnowledgeVerifyCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Read an answer's sources again and compare them byte by byte.",
    discussion: """
      Takes what ask --json printed. Ends with 0 when every cited file is still the one that was read and the \
      cited text stands at its bytes, and with 4 otherwise.

        inkstone knowledge ask handbook "怎样重新配置软件包？" --json > answer.json
        inkstone knowledge verify answer.json
      """)

  @Argument(help: ArgumentHelp("The answer; - reads standard input.", valueName: "file"))
  package var file: String

  @OptionGroup package var options: KnowledgeOptions

  package init() {}

  package mutating func run() async throws {
    let answer = try StoredAnswer(try InputFile.bytes(file), file: file)
    let store = try await options.catalog().open(try KnowledgeName(answer.knowledge))
    let verdicts = try await CitationVerifier(store, extractor: DocumentReader()).verdicts(on: answer.citations)
    let wrong = verdicts.count { $0 != .intact }
    if options.output.json {
      let list = zip(answer.citations, verdicts).map { citation, verdict -> Report in
        [
          "document": .string(citation.document), "start": .whole(citation.start), "end": .whole(citation.end),
          "intact": .boolean(verdict == .intact), "verdict": .string(KnowledgeVerifyCommand.words(verdict)),
        ]
      }
      let report: Report = ["intact": .boolean(wrong == 0), "citations": .array(list)]
      try options.output.result(report.text)
    } else {
      for (place, (citation, verdict)) in zip(answer.citations, verdicts).enumerated() {
        try options.output.result(
          "[\(place + 1)] \(VisibleText.line(citation.document)), bytes \(citation.start)-\(citation.end): "
            + VisibleText.of(KnowledgeVerifyCommand.words(verdict)))
      }
      if verdicts.isEmpty { options.output.remark("the answer cites nothing") }
    }
    if wrong > 0 {
      throw CommandError(
        .checkFailed, context: file, expected: "\(verdicts.count) intact citations",
        found: "\(verdicts.count - wrong)", hint: "Ask again, or sync the base with its files first.")
    }
  }

  private static func words(_ verdict: CitationVerifier.Verdict) -> String {
    switch verdict {
    case .intact: "intact"
    case .invalid(let reason): "no valid citation: \(reason)"
    case .missing(let reason): "the source cannot be read: \(reason)"
    case .fileChanged(let found): "the file has changed, its SHA-256 is \(found)"
    case .textDiffers: "the text at these bytes is another"
    }
  }
}
