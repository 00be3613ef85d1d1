package import ArgumentParser
import InkChat
import InkFormats

/// `inkstone weights make-delta`: what a model changed in the one it was made from.
package struct MakeDeltaCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "make-delta", abstract: "Write the difference of two models into a new folder.",
    discussion: """
      The difference is target minus base, rounded to the target's type. It is worked out in runs of rows, read back, \
      added to the base and compared with the target before the folder appears.

        inkstone weights make-delta llama-7b vicuna-7b vicuna-7b-delta
      """)

  @Argument(help: "The folder of the model that the target was made from.")
  package var base: String

  @Argument(help: "The folder of the model to publish.")
  package var target: String

  @Argument(help: "The folder to write; new or empty.")
  package var destination: String

  @Option(name: .customLong("shard-size"), help: "The most bytes of a file, such as 5GB.")
  package var shardSize = ByteAmount(bytes: 5_000_000_000)

  @Flag(name: .customLong("pad-rows"), help: "Store rows that the base does not have as they are.")
  package var padRows = false

  @OptionGroup package var output: OutputOptions

  package init() {}

  package mutating func run() async throws {
    let delta = WeightDelta(sharding: .limit(shardSize.bytes), padding: padRows ? .keepNewRows : .refuse)
    let report = DeltaSummary(try delta.make(base: base, target: target, into: destination), folder: destination)
    try report.print(to: output)
  }
}
