package import ArgumentParser

/// The command `inkstone`: finds the subcommand, runs it and turns what it throws into an exit status.
@main
package struct Program: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "inkstone",
    abstract: "Prepare, run and measure language models on this machine.",
    discussion: """
      A model is a built-in name (inkstone models lists them), a .gguf file, a model folder, or \
      org/name[:quant][@revision] on a hub. Without one, smollm2-135m is used. A model that is not here is fetched \
      first.

        inkstone chat                              talk with a small model
        inkstone serve                             the same in a browser, and OpenAI's API
        inkstone knowledge create notes            a base for your documents
        inkstone knowledge add notes FOLDER
        inkstone knowledge ask notes "a question"  an answer with its sources

      Results go to standard output, progress and warnings to standard error.

      Exit status: 0 done, 1 failed, 2 wrong usage, 3 not found, 4 a check failed, 5 out of memory or disk, 69 a \
      service cannot be reached, 75 stopped and can be resumed, 130 Ctrl-C, 143 terminated.
      """,
    version: ProgramVersion.text,
    subcommands: [
      PullCommand.self, ModelsCommand.self, InspectCommand.self, TokenizeCommand.self, GenerateCommand.self,
      ChatCommand.self, BenchCommand.self, EmbedCommand.self, RerankCommand.self, PerplexityCommand.self,
      LogitsCommand.self, DoctorCommand.self, WeightsCommand.self, ConvertCommand.self, TrainCommand.self,
      AdapterCommand.self, RunsCommand.self, ServeCommand.self, KnowledgeCommand.self,
      AppCommand.self, McpCommand.self,
    ])

  package init() {}

  package static func main() async {
    if let unknown = UnknownSubcommand(Array(CommandLine.arguments.dropFirst()), of: Program.self) {
      finish(with: unknown)
    }
    do {
      try ArgumentBytes.check(CommandLine.arguments) { try? InputFile.bytes("/proc/self/cmdline") }
      var command = try parseAsRoot()
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
    } catch {
      finish(with: error)
    }
    ExitStatus.success.endProcess()
  }

  /// Says what went wrong on standard error (a help page goes to standard output) and ends the process.
  private static func finish(with error: any Error) -> Never {
    let status = ExitStatus(error, parser: Program.self)
    if status == .success {
      try? OutputStream.results.write(Program.fullMessage(for: error) + "\n")
    } else if !(error is CommandFailureReported || error is ExitCode) {
      // What ends with a status alone has said why already.
      let style = TerminalStyle(for: .notices)
      let message = ErrorMessage(error, parser: Program.self)
      try? OutputStream.notices.write(style.alarming("error:") + " \(message.text)\n")
    }
    status.endProcess()
  }
}
