package import ArgumentParser
import InkChat

/// `inkstone doctor`: is a model whole, and does it behave?
package struct DoctorCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Check a model and name the first thing that is wrong.",
    discussion: """
      Opens the files, builds the model, decodes every weight, takes text through the tokenizer and back, renders the \
      chat template and computes one token. Ends with status 4 when a check fails.

        inkstone doctor smollm2-135m
      """)

  @OptionGroup package var model: ModelArgument
  @OptionGroup package var output: OutputOptions

  package init() {}

  package mutating func run() async throws {
    let resolved = try await ModelOpener(network: model.machine.network, output: output).resolve(model.model)
    var examination = ModelExamination(resolved, cpu: model.machine.makeCPU())
    let style = TerminalStyle(for: .results)
    for check in ModelExamination.Check.allCases {
      examination.perform(check)
      if !output.json, let result = examination.results.last { try output.result(result.line(style: style)) }
    }
    if output.json { try output.result(examination.json(model: model.model).text) }
    guard let failure = examination.firstFailure else { return }
    throw CommandError(.checkFailed, context: "\(model.model): \(failure.check.rawValue)", found: failure.detail)
  }
}
