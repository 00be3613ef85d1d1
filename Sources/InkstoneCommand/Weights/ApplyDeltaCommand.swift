package import ArgumentParser
import InkChat
import InkFormats

/// `inkstone weights apply-delta`: a model from its base and a difference.
package struct ApplyDeltaCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "apply-delta", abstract: "Write the model that a base and a difference give into a new folder.",
    discussion: """
      The files of the difference are compared with its SHA-256 list first, the base and the result with the sums that \
      were noted when the difference was made; the folder appears only when all are right.

        inkstone weights apply-delta llama-7b vicuna-7b-delta vicuna-7b
      """)

  @Argument(help: "The folder of the base.")
  package var base: String

  @Argument(help: "The folder of the difference.")
  package var delta: String

  @Argument(help: "The folder to write; new or empty.")
  package var destination: String

  @Option(name: .customLong("shard-size"), help: "The most bytes of a file, such as 5GB.")
  package var shardSize = ByteAmount(bytes: 5_000_000_000)

  @Flag(name: .customLong("pad-rows"), help: "Take rows that the base does not have as they are.")
  package var padRows = false

  @OptionGroup package var output: OutputOptions

  package init() {}

  package mutating func run() async throws {
    let weights = WeightDelta(sharding: .limit(shardSize.bytes), padding: padRows ? .keepNewRows : .refuse)
    let report = DeltaSummary(try weights.apply(base: base, delta: delta, into: destination), folder: destination)
    try report.print(to: output)
  }
}
