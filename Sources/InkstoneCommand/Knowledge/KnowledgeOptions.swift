#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

package import ArgumentParser
import InkPostgres
package import InkRetrieval

/// Where the knowledge bases are, and how a command speaks.
package struct KnowledgeOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The folder of the knowledge bases; $INKSTONE_HOME/knowledge or ~/.local/share/inkstone/knowledge when left out.",
      valueName: "folder"))
  package var home: String?

  @OptionGroup package var machine: MachineOptions

  @OptionGroup package var output: OutputOptions

  package init() {}

  /// The bases.
  package func catalog() throws(RetrievalError) -> KnowledgeCatalog {
    try KnowledgeCatalog.ofUser(
      folder: home, environment: ProcessInfo.processInfo.environment, threads: machine.threads)
  }
}

extension KnowledgeCatalog {
  /// The bases in a folder and those on servers that it names, whose passwords come from the environment.
  ///
  /// - Parameters:
  ///   - folder: the usual one when nil.
  ///   - threads: those that compute; one a processor when nil.
  package static func ofUser(
    folder: String?, environment: [String: String], threads: Int? = nil
  ) throws(RetrievalError) -> KnowledgeCatalog {
    let servers = PostgreSQLKnowledgeServers(passwords: PasswordSource(environment: environment))
    let options = SQLiteStoreOptions(threads: threads)
    if let folder { return try open(folder: folder, options: options, servers: servers) }
    return try open(folder: try defaultFolder(environment: environment), options: options, servers: servers)
  }
}

extension PlacedModels {
  /// Opens models for a piece of work on a base and closes connections behind it.
  package static func with<Result: Sendable>(
    _ options: KnowledgeOptions, _ work: @escaping @Sendable (PlacedModels) async throws -> Result
  ) async throws -> Result {
    try await with(options.machine, output: options.output, work)
  }
}

/// How a search goes, for the commands that search.
package struct SearchOptions: ParsableArguments {
  /// What a search looks by.
  package enum ModeArgument: String, ExpressibleByArgument, CaseIterable, Sendable {
    case keyword, vector, hybrid

    var mode: SearchMode {
      switch self {
      case .keyword: .keyword
      case .vector: .vector
      case .hybrid: .hybrid()
      }
    }
  }

  @Option(help: "What to look by: keyword, vector or hybrid.")
  package var mode = ModeArgument.hybrid

  @Option(
    name: [.customShort("k"), .long],
    help: "The most results; 5 when left out, 8 where sentences of the documents answer without a model.")
  package var top: Int?

  @Option(
    help: ArgumentHelp("Leave out pieces whose cosine with the question is below this.", valueName: "cosine"))
  package var threshold: Double?

  @Option(
    help: ArgumentHelp(
      "Look at some documents only, by name, media_type, title or metadata; name=guide/* looks at a folder. May be repeated.",
      valueName: "key=value"))
  package var filter: [FilterArgument] = []

  @Option(
    help: ArgumentHelp("Let this cross-encoder order the candidates once more; llm asks --model.", valueName: "model"))
  package var rerank: String?

  @Option(
    help: ArgumentHelp(
      "How much the scores of --rerank count beside those of the search, from 0 to 1; 1 when left out.",
      valueName: "weight"))
  package var rerankWeight: Double?

  @Option(help: ArgumentHelp("Prefer results unlike each other: 1 is relevance alone.", valueName: "balance"))
  package var diversity: Double?

  @Option(help: ArgumentHelp("Halve the weight of documents every so many days.", valueName: "days"))
  package var halfLife: Double?

  package init() {}

  package func validate() throws {
    if let top, !(1...1000).contains(top) { throw ValidationError("--top: expected 1 to 1000, found \(top).") }
    if let threshold, !(-1...1).contains(threshold) {
      throw ValidationError("--threshold: expected -1 to 1, found \(threshold).")
    }
    if let diversity, !(0...1).contains(diversity) {
      throw ValidationError("--diversity: expected 0 to 1, found \(diversity).")
    }
    if let rerankWeight {
      guard (0...1).contains(rerankWeight) else {
        throw ValidationError("--rerank-weight: expected 0 to 1, found \(rerankWeight).")
      }
      guard rerank != nil else { throw ValidationError("--rerank-weight: expected beside --rerank.") }
    }
    if let halfLife, !(halfLife > 0) { throw ValidationError("--half-life: expected more than 0, found \(halfLife).") }
  }

  /// The plan without reranking, which needs a model.
  package var plan: SearchPlan {
    let count = top ?? 5
    return SearchPlan(
      mode: mode.mode, count: count, candidates: max(40, 4 * count),
      filter: filter.isEmpty ? nil : .all(filter.map(\.filter)), diversity: diversity.map { Diversity(balance: $0) },
      decay: halfLife.map { TimeDecay(halfLifeDays: $0) }, threshold: threshold)
  }
}

/// `key=value`, or `key=prefix*`.
package struct FilterArgument: ExpressibleByArgument, Sendable, Equatable {
  /// What a document must meet.
  package let filter: MetadataFilter

  package init?(argument: String) {
    guard let equals = argument.firstIndex(of: "="), equals > argument.startIndex else { return nil }
    let key = String(argument[..<equals])
    let value = String(argument[argument.index(after: equals)...])
    filter = value.hasSuffix("*") ? .hasPrefix(key, String(value.dropLast())) : .equals(key, value)
  }
}
