package import ArgumentParser
import InkChat
import InkFormats

/// `inkstone pull`: fetches a model, checks it and says where it is.
package struct PullCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "pull", abstract: "Fetch a model, check it and print where it is.",
    discussion: """
      An interrupted fetch goes on where it was. The path is printed on standard output; what the model is, its licence \
      and its checksum are said on standard error.

        inkstone pull smollm2-135m
        inkstone pull Qwen/Qwen3-0.6B
        inkstone pull ms:Qwen/Qwen2.5-0.5B-Instruct-GGUF:q4_0
      """)

  @OptionGroup package var model: ModelArgument
  @OptionGroup package var output: OutputOptions

  package init() {}

  package mutating func run() async throws {
    let opener = ModelOpener(network: model.machine.network, output: output)
    let resolver = try opener.resolver()
    let reference = try ModelReference(model.model)
    let progress = output.fetchProgress()
    defer { progress.finish() }
    let fetching: ModelResolver.Fetching = model.machine.offline ? .never : .always
    let resolved = try await Interruption.cancelling {
      try await resolver.resolve(reference, fetching: fetching) { progress.show($0) }
    }
    progress.finish()
    let report = PullReport(resolved, registry: resolver.registry, fetched: progress.fetchedAnything)
    if output.json { return try output.result(report.json.text) }
    for line in report.remarks { output.remark(line) }
    try output.result(report.path)
  }
}
