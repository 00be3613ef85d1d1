package import ArgumentParser

/// `inkstone models`: the models with a name, and those on this machine.
package struct ModelsCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "models", abstract: "List the models with a name and those on this machine, or remove one.",
    discussion: """
        inkstone models
        inkstone models remove smollm2-135m
      """,
    subcommands: [ModelsListCommand.self, ModelsRemoveCommand.self], defaultSubcommand: ModelsListCommand.self)

  package init() {}
}
