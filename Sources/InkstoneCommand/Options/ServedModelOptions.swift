package import ArgumentParser
import InkFormats
package import InkServer

/// Which models are served.
package struct ServedModelOptions: ParsableArguments {
  @Option(
    name: [.customShort("m"), .customLong("model")], parsing: .singleValue,
    help: ArgumentHelp(
      "A language model: a built-in name, a .gguf file, a folder or org/name[:quant][@revision]; may be repeated.",
      valueName: "model"))
  package var language: [String] = []

  @Option(
    name: .customLong("embedding-model"), parsing: .singleValue,
    help: ArgumentHelp("A model that turns texts into vectors; may be repeated.", valueName: "model"))
  package var embedding: [String] = []

  @Option(
    name: .customLong("rerank-model"), parsing: .singleValue,
    help: ArgumentHelp("A cross-encoder that scores documents; may be repeated.", valueName: "model"))
  package var reranker: [String] = []

  package init() {}

  package func validate() throws {
    let names = language + embedding + reranker
    if let twice = names.first(where: { name in names.count { $0 == name } > 1 }) {
      throw ValidationError("\(twice) is named twice.")
    }
  }

  /// The models in the order they are listed; the default one when none is named.
  package var requests: [(name: String, kind: LocalModelKind)] {
    let named =
      language.map { ($0, LocalModelKind.language) } + embedding.map { ($0, LocalModelKind.embedding) }
      + reranker.map { ($0, LocalModelKind.reranker) }
    return named.isEmpty ? [(ModelRegistry.defaultName, .language)] : named
  }
}
