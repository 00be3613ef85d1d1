package import ArgumentParser
package import InkChains

/// A subcommand that is a chain over one model: it says what it makes, and this does the rest.
package protocol ApplicationCommand: AsyncParsableCommand, Sendable {
  /// Which model is asked.
  var options: ApplicationOptions { get }
  /// What is told of a small model; nil where it does the work well enough.
  var smallModelNotice: SmallModelNotice? { get }
  /// Does the work.
  ///
  /// - Parameter settings: who is told of it.
  func result(with chat: OpenedChatModel, settings: RunSettings) async throws -> ApplicationResult
}

extension ApplicationCommand {
  package var smallModelNotice: SmallModelNotice? { nil }

  /// Opens the model, does the work and prints what came of it.
  package mutating func run() async throws {
    let command = self
    let result = try await ApplicationRun.watched(options) { settings in
      try await PlacedModels.with(command.options.machine, output: command.options.output) { models in
        let chat = try await models.chat(command.options.model)
        try command.smallModelNotice?.tell(chat, named: command.options.model)
        return try await command.result(with: chat, settings: settings)
      }
    }
    try result.print(command.options, model: command.options.model)
  }
}
