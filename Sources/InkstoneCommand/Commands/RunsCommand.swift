package import ArgumentParser
import InkChat
import InkData
import InkTraining

/// `inkstone runs`: lists and compares runs of training.
package struct RunsCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "runs", abstract: "List runs of training, compare two of them, or draw one.",
    discussion: """
      A run is a folder that inkstone train wrote.

        inkstone runs runs
        inkstone runs --compare runs/first runs/second
        inkstone runs runs/first --curve losses.svg
      """)

  @Argument(help: ArgumentHelp("Where to look.", valueName: "folder"))
  package var folder = "."

  @Option(
    parsing: .upToNextOption, help: ArgumentHelp("Compare the recipes and losses of two runs.", valueName: "folder"))
  package var compare: [String] = []

  @Option(help: ArgumentHelp("Draw the losses of the run at <folder> into this SVG file.", valueName: "file"))
  package var curve: String?

  @OptionGroup package var output: OutputOptions

  package init() {}

  package func validate() throws {
    if !compare.isEmpty, compare.count != 2 {
      throw ValidationError("--compare: expected two folders, found \(compare.count).")
    }
    if !compare.isEmpty, curve != nil { throw ValidationError("--curve draws one run; --compare takes two.") }
  }

  package func run() throws {
    if compare.count == 2 { return try showComparison(try RunComparison(compare[0], compare[1])) }
    if let curve {
      try RunReport.drawLosses(folder: folder, to: curve)
      return try output.result(output.json ? Report.object([JSONMember("curve", .text(curve))]).text : curve)
    }
    let list = try RunList(below: folder)
    for error in list.unreadable { output.remark("\(error)") }
    if output.json {
      return try output.result(Report.array(list.runs.map { RunsCommand.json($0) }).text)
    }
    if list.runs.isEmpty { return try output.result("no runs below \(folder)") }
    for run in list.runs { try output.result(RunsCommand.line(run)) }
  }

  private func showComparison(_ comparison: RunComparison) throws {
    if output.json { return try output.result(RunsCommand.json(comparison).text) }
    for change in comparison.recipe { try output.result("\(change)") }
    for pair in comparison.losses(atMost: 20) {
      try output.result(
        "step \(pair.step): \(Amount.decimal(pair.first, digits: 4)) and \(Amount.decimal(pair.second, digits: 4))")
    }
    for set in comparison.evaluations {
      for pair in set.pairs {
        try output.result(
          "\(set.evaluation) after step \(pair.step): \(Amount.decimal(pair.first, digits: 4)) and "
            + Amount.decimal(pair.second, digits: 4))
      }
    }
  }

  private static func json(_ comparison: RunComparison) -> Report {
    func pairs(_ pairs: [RunComparison.Pair]) -> Report {
      .array(
        pairs.map {
          .object([
            JSONMember("step", .whole($0.step)), JSONMember("first", .number($0.first)),
            JSONMember("second", .number($0.second)),
          ])
        })
    }
    return .object([
      JSONMember("first", json(comparison.first)), JSONMember("second", json(comparison.second)),
      JSONMember("recipe", .array(comparison.recipe.map { .text("\($0)") })),
      JSONMember("losses", pairs(comparison.losses)),
      JSONMember(
        "evaluations",
        .array(
          comparison.evaluations.map {
            .object([JSONMember("evaluation", .text($0.evaluation)), JSONMember("losses", pairs($0.pairs))])
          })),
    ])
  }

  private static func line(_ run: RunSummary) -> String {
    let loss = run.lastLoss.map { "loss \(Amount.decimal($0, digits: 4))" } ?? "no loss"
    let leftOut = (run.data?.examples.leftOut ?? 0) + (run.data?.brokenRecords ?? 0)
    return "\(run.folder): \(run.steps) steps, \(loss), \(run.isFinished ? "finished" : "not finished")"
      + (leftOut > 0 ? ", \(leftOut) examples left out" : "")
  }

  private static func json(_ run: RunSummary) -> Report {
    .object([
      JSONMember("folder", .text(run.folder)), JSONMember("steps", .whole(run.steps)),
      JSONMember("loss", run.lastLoss.map { .number($0) } ?? .null), JSONMember("finished", .boolean(run.isFinished)),
      JSONMember("examples_left_out", run.data.map { .whole($0.examples.leftOut) } ?? .null),
      JSONMember("broken_records", run.data.map { .whole($0.brokenRecords) } ?? .null),
    ])
  }
}
