import InkChat
import InkRetrieval

/// What became of files that were added, for a person or a program.
struct IngestionSummary {
  private let report: IngestionReport
  private let knowledge: String

  init(_ report: IngestionReport, knowledge: String) {
    self.report = report
    self.knowledge = knowledge
  }

  /// Prints the summary, and the errors of the files that failed.
  func print(to output: OutputOptions) throws(CommandError) {
    if output.json {
      try output.result(json.text)
    } else {
      for outcome in report.outcomes {
        switch outcome.result {
        case .failed: continue
        case .added, .replaced, .unchanged, .removed, .skipped: output.remark(IngestionSummary.line(outcome))
        }
      }
      let counts = IngestionSummary.kinds.compactMap { kind -> String? in
        let count = report.outcomes.count { IngestionSummary.kind($0.result) == kind }
        return count > 0 ? "\(count) \(kind)" : nil
      }
      try output.result("\(knowledge): " + (counts.isEmpty ? "nothing to do" : counts.joined(separator: ", ")))
    }
    for outcome in report.outcomes {
      guard case .failed(let error) = outcome.result else { continue }
      try OutputStream.notices.write("error: " + VisibleText.of("\(error)") + "\n")
    }
  }

  /// - Throws: ``CommandFailureReported`` when a file failed; its error was printed.
  func check() throws(CommandFailureReported) {
    let failed = report.outcomes.contains { outcome in
      if case .failed = outcome.result { true } else { false }
    }
    if failed { throw CommandFailureReported(status: .failure) }
  }

  /// A line about one file.
  static func line(_ outcome: DocumentOutcome) -> String {
    var line = "\(VisibleText.line(outcome.name)): \(kind(outcome.result))"
    switch outcome.result {
    case .added, .replaced: line += ", \(Amount.of(outcome.pieces, "piece")), \(outcome.embedded) embedded"
    case .skipped(let reason): line += ", \(words(reason))"
    case .failed(let error): line += ", \(error)"
    case .unchanged, .removed: break
    }
    return VisibleText.of(outcome.warnings.reduce(line) { $0 + "\n  \($1)" })
  }

  private static let kinds = ["added", "replaced", "unchanged", "removed", "skipped", "failed"]

  private static func kind(_ result: DocumentOutcome.Result) -> String {
    switch result {
    case .added: "added"
    case .replaced: "replaced"
    case .unchanged: "unchanged"
    case .removed: "removed"
    case .skipped: "skipped"
    case .failed: "failed"
    }
  }

  private static func words(_ reason: DocumentOutcome.SkipReason) -> String {
    switch reason {
    case .hidden: "its name begins with a dot"
    case .link: "a link that leads out of the folder, to a folder or to nothing"
    case .notAFile: "not a file"
    case .oversized(let bytes, let limit):
      "\(Amount.bytes(UInt64(bytes))), the limit is \(Amount.bytes(UInt64(limit)))"
    case .unknownFormat: "no known format"
    case .empty: "empty"
    }
  }

  private var json: Report {
    let documents = report.outcomes.map { outcome -> Report in
      var members = [
        JSONMember("document", .string(outcome.name)), JSONMember("path", .text(outcome.path)),
        JSONMember("result", .string(IngestionSummary.kind(outcome.result))),
        JSONMember("pieces", .whole(outcome.pieces)), JSONMember("embedded", .whole(outcome.embedded)),
        JSONMember("warnings", .array(outcome.warnings.map { .string($0) })),
      ]
      switch outcome.result {
      case .failed(let error): members.append(JSONMember("error", .string("\(error)")))
      case .skipped(let reason): members.append(JSONMember("reason", .string(IngestionSummary.words(reason))))
      case .added, .replaced, .unchanged, .removed: break
      }
      return .object(members)
    }
    return ["knowledge": .string(knowledge), "documents": .array(documents)]
  }
}
