package import ArgumentParser

/// `inkstone weights`: what is done to weights as files.
package struct WeightsCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "weights", abstract: "Make and apply differences of weights; write and check SHA-256 lists.",
    discussion: """
        inkstone weights make-delta llama-7b vicuna-7b vicuna-7b-delta
        inkstone weights apply-delta llama-7b vicuna-7b-delta vicuna-7b
        inkstone weights checksum vicuna-7b --check
      """,
    subcommands: [MakeDeltaCommand.self, ApplyDeltaCommand.self, ChecksumCommand.self])

  package init() {}
}
