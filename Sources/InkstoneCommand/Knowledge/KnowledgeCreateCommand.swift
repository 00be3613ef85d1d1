package import ArgumentParser
import InkChat
import InkFormats
package import InkRetrieval

/// `inkstone knowledge create`: an empty base.
package struct KnowledgeCreateCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "create", abstract: "Make a knowledge base.",
    discussion: """
      What is fixed here cannot be changed later: everything in the base depends on it.

        inkstone knowledge create handbook
        inkstone knowledge create notes --embedder minilm --splitting sentences
        inkstone knowledge create shared --embedder http://127.0.0.1:8080/v1#text-embedding
        inkstone knowledge create library --store postgresql://reader@db.example/library

      With --store the base is kept in a PostgreSQL database with pgvector, for many machines; every other command finds \
      it by its name, and another machine takes it up with join. The password comes from PGPASSWORD or the passfile \
      (~/.pgpass) and is never written down.
      """)

  @Argument(help: "The name: letters, digits, - _ . and Chinese characters.")
  package var name: String

  @Option(
    help: ArgumentHelp(
      "What makes the vectors: e5-small (Chinese, English and others), minilm (English), another encoder, or address#model.",
      valueName: "model"))
  package var embedder = ModelRegistry.defaultEmbedder

  @Option(help: "How texts are cut: automatic, recursive, sentences, tokens, markdown, html, code or semantic.")
  package var splitting = SplittingArgument(splitting: .automatic)

  @Option(help: "The most tokens of a piece.")
  package var pieceTokens = 256

  @Option(help: "Tokens that neighbouring pieces share.")
  package var overlap = 32

  @Option(help: "What searches compare: float32, or int8 for a quarter of the memory.")
  package var vectors = VectorsArgument.float32

  @Option(
    help: ArgumentHelp(
      "Keep the base there: postgresql://user@host:port/database, or postgresql://user@/database?host=/folder for a socket.",
      valueName: "address"))
  package var store: String?

  @OptionGroup package var options: KnowledgeOptions

  package init() {}

  package mutating func run() async throws {
    let reference = try ModelPlace(embedder).lasting()
    let (splitting, pieceTokens, overlap) = (splitting.splitting, pieceTokens, overlap)
    let vectors = vectors.vectors
    let name = try KnowledgeName(name)
    let catalog = try options.catalog()
    let place = store.map { KnowledgePlace.server($0) } ?? .file
    let settings = try await PlacedModels.with(options) { models in
      let embedder = try await models.embedder(reference)
      return KnowledgeSettings(
        embedder: reference, dimension: embedder.dimension, splitting: splitting, pieceTokens: pieceTokens,
        overlapTokens: overlap, vectors: vectors)
    }
    let store = try await catalog.create(name, settings: settings, in: place)
    try await store.close()
    guard options.output.json else {
      return try options.output.result("\(name): made, with vectors of \(reference)")
    }
    let report: Report = [
      "knowledge": .string(name.description), "embedder": .string(reference), "dimension": .whole(settings.dimension),
      "splitting": .string(splitting.rawValue), "piece_tokens": .whole(pieceTokens), "overlap_tokens": .whole(overlap),
      "vectors": .string(vectors.rawValue), "store": try catalog.place(of: name).report,
    ]
    try options.output.result(report.text)
  }
}

/// What searches compare.
package enum VectorsArgument: String, ExpressibleByArgument, CaseIterable, Sendable {
  case float32, int8

  var vectors: KnowledgeSettings.Vectors {
    switch self {
    case .float32: .float32
    case .int8: .int8
    }
  }
}

/// How texts are cut.
package struct SplittingArgument: ExpressibleByArgument, Sendable, Equatable {
  package let splitting: KnowledgeSettings.Splitting

  init(splitting: KnowledgeSettings.Splitting) { self.splitting = splitting }

  package init?(argument: String) {
    guard let splitting = KnowledgeSettings.Splitting(rawValue: argument) else { return nil }
    self.splitting = splitting
  }

  package static var allValueStrings: [String] { KnowledgeSettings.Splitting.allCases.map(\.rawValue) }

  package var defaultValueDescription: String { splitting.rawValue }
}
