import ArgumentParser

/// How a command speaks.
package struct OutputOptions: ParsableArguments {
  @Flag(help: "Print the result as one JSON object.")
  package var json = false

  @Flag(name: [.customShort("q"), .long], help: "Print no progress and no remarks; warnings and errors stay.")
  package var quiet = false

  package init() {}

  /// Writes a line of the result.
  package func result(_ line: String) throws(CommandError) { try OutputStream.results.write(line + "\n") }

  /// Writes a line of the result that holds words of a model or a document.
  package func foreign(_ line: String) throws(CommandError) { try OutputStream.results.writeForeign(line + "\n") }

  /// Writes a line of remarks, unless they are not wanted.
  package func remark(_ line: String) {
    // A reader of the remarks who went away is no reason to stop the work.
    if !quiet { try? OutputStream.notices.write(line + "\n") }
  }

  /// The display of a fetch.
  package func fetchProgress() -> FetchProgress {
    let stream = OutputStream.notices
    let draws = TerminalStyle.drawsLines(on: stream)
    let style: FetchProgress.Style = quiet ? .silent : draws ? .bar(columns: stream.width) : .lines
    return FetchProgress(style: style) { try? stream.write($0) }
  }
}
