package import ArgumentParser
package import InkChains

/// A subcommand that is a chain over one model: it says what it makes, and this does the rest.
package protocol ApplicationCommand: AsyncParsableCommand, Sendable {
  /// Which model is asked.
  var options: ApplicationOptions { get }
  /// Does the work.
  ///
  /// - Parameter settings: who is told of it.
  func result(with chat: OpenedChatModel, settings: RunSettings) async throws -> ApplicationResult
}

extension ApplicationCommand {
  /// Opens the model, does the work and prints what came of it.
  package mutating func run() async throws {
    let command = self
    let result = try await ApplicationRun.watched(options) { settings in
      try await PlacedModels.with(command.options.machine, output: command.options.output) { models in
        try await command.result(with: try await models.chat(command.options.model), settings: settings)
      }
    }
    try result.print(command.options, model: command.options.model)
  }
}
