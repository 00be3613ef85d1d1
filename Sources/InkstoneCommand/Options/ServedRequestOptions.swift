package import ArgumentParser
package import InkInference
package import InkServer
import Logging

/// How requests are answered.
package struct ServedRequestOptions: ParsableArguments {
  @Option(help: "Requests that a model computes side by side.")
  package var parallel = 16

  @Option(help: "Requests that may wait for a model; further ones are refused with status 429.")
  package var queue = 256

  @Option(
    help: ArgumentHelp(
      "Memory for cached keys and values of each model, such as 2GiB; by default what --parallel needs, within limits.",
      valueName: "bytes"))
  package var cache: ByteAmount?

  @Option(help: "How cached keys and values are kept: automatic (as precise as the weights), f32, f16 or q8.")
  package var cacheFormat = CacheFormatArgument.automatic

  /// Ways to keep keys and values.
  package enum CacheFormatArgument: String, ExpressibleByArgument, CaseIterable, Sendable {
    case automatic, f32, f16, q8

    /// The setting of a model; nil leaves it to the weights.
    package var format: LocalModelSettings.CacheFormat? {
      switch self {
      case .automatic: nil
      case .f32: .f32
      case .f16: .f16
      case .q8: .q8
      }
    }
  }

  @Option(
    help: ArgumentHelp(
      "Keep uploaded files, responses and batches in this folder; without it they are gone when the server stops.",
      valueName: "path"))
  package var dataDirectory: String?

  @Option(
    help: ArgumentHelp(
      "The folder of the knowledge bases; $INKSTONE_HOME/knowledge or ~/.local/share/inkstone/knowledge when left out.",
      valueName: "path"))
  package var knowledge: String?

  @Option(
    help: ArgumentHelp(
      "Keep knowledge bases that clients make in this PostgreSQL database with pgvector, not in files.",
      valueName: "address"))
  package var knowledgeStore: String?

  @Flag(help: "Serve no knowledge bases.")
  package var noKnowledge = false

  @Option(help: "Guess so many tokens ahead from the text itself and check them at once; 0 guesses none.")
  package var lookup = 0

  @Option(
    help: ArgumentHelp(
      "Guess so many tokens ahead with the model's own prediction layer (DeepSeek V3's MTP) and check them at once; 0 guesses none.",
      valueName: "tokens"))
  package var mtp = 0

  @Flag(help: "Refuse requests with fields that are not known, instead of naming them in a header.")
  package var strict = false

  @Flag(help: "Write the bodies of requests to the log.")
  package var logPrompts = false

  @Option(help: "What is logged: trace, debug, info, notice, warning, error or critical.")
  package var logLevel = LogLevelArgument.info

  /// How much is logged.
  package enum LogLevelArgument: String, ExpressibleByArgument, CaseIterable, Sendable {
    case trace, debug, info, notice, warning, error, critical

    var level: Logger.Level {
      switch self {
      case .trace: .trace
      case .debug: .debug
      case .info: .info
      case .notice: .notice
      case .warning: .warning
      case .error: .error
      case .critical: .critical
      }
    }
  }

  package init() {}

  package func validate() throws {
    for (name, value, range) in [
      ("--parallel", parallel, 1...4096), ("--queue", queue, 0...1_000_000), ("--lookup", lookup, 0...64),
      ("--mtp", mtp, 0...64),
    ] where !range.contains(value) {
      throw ValidationError("\(name): expected \(range.lowerBound) to \(range.upperBound), found \(value).")
    }
    if noKnowledge, knowledgeStore != nil {
      throw ValidationError("--knowledge-store: expected knowledge bases to be served. Leave --no-knowledge out.")
    }
    if lookup > 0, mtp > 0 {
      throw ValidationError("--lookup and --mtp: tokens are guessed in one way. Leave one of them out.")
    }
  }

  /// How each language model of the command line guesses ahead, where that is not the same for all.
  package var speculation: LocalModelSettings.Speculation { mtp == 0 ? .none : .prediction(tokens: mtp) }

  /// How the engine of each model is set up.
  package var engineSettings: EngineSettings {
    EngineSettings(
      parallel: parallel, queueLimit: queue, cacheByteCount: cache?.bytes,
      speculation: lookup == 0 ? .none : .lookup(tokens: lookup))
  }
}
