import InkChat
package import InkModels
package import InkNN
import InkTensor

extension LanguageModel {
  /// The same model with adapters, which requests choose by name (``GenerationOptions/adapter``); its weights are shared.
  ///
  /// The model must have been read in the conventions of checkpoints (``LoadingOptions/conventions``).
  ///
  /// - Parameter answering: the adapter of requests that name none; nil is the model as it is.
  /// - Throws: what the model says of an adapter that does not fit; `invalidConfiguration` for an unknown name.
  package func attaching(
    _ adapters: [ModelAdapter], answering: AdapterName? = nil
  ) throws(ModelLoadError) -> LanguageModel {
    let attached = try decoder.attaching(adapters)
    if let answering, !attached.adapterNames.contains(answering) {
      throw ModelLoadError(
        .invalidConfiguration, context: "adapter \(answering)",
        expected: attached.adapterNames.map(\.text).joined(separator: ", "), found: "no such adapter")
    }
    return LanguageModel(
      name: name, decoder: attached, vision: vision, tokenizer: tokenizer, template: template, endTokens: endTokens,
      contextLength: contextLength, cpu: cpu, expertObserver: expertObserver, adapter: answering)
  }

  /// The same model with another adapter of those that it has for requests that name none.
  func answering(_ adapter: AdapterName?) -> LanguageModel {
    LanguageModel(
      name: name, decoder: decoder, vision: vision, tokenizer: tokenizer, template: template, endTokens: endTokens,
      contextLength: contextLength, cpu: cpu, expertObserver: expertObserver, adapter: adapter)
  }

  /// The adapter of a request.
  ///
  /// - Throws: `invalidInput` for a name that is not attached.
  func adapter(named name: String?) throws(GenerationError) -> AdapterName? {
    guard let name else { return adapter }
    let names = decoder.adapterNames
    guard names.contains(AdapterName(name)) else {
      throw GenerationError(
        code: .invalidInput, context: "adapter",
        expected: names.isEmpty
          ? "none: the model has no adapters"
          : "one of \(names.map(\.text).joined(separator: ", "))", found: name)
    }
    return AdapterName(name)
  }

  /// What the rows of one sequence are computed with where no request says otherwise.
  ///
  /// - Throws: `unsupported` for an adapter with virtual tokens, which only an engine puts before a sequence.
  func ownRows(_ count: Int) throws(GenerationError) -> AdapterRows {
    try requireMeasurable(adapter)
    return AdapterRows(parts: [(count, adapter)])
  }

  /// Refuses to measure texts with an adapter that puts virtual tokens before them.
  func requireMeasurable(_ adapter: AdapterName?) throws(GenerationError) {
    if let adapter, decoder.virtualTokenCount(of: adapter) > 0 {
      throw GenerationError(
        code: .unsupported, context: "adapter \(adapter)", expected: "an adapter without virtual tokens",
        found: "\(decoder.virtualTokenCount(of: adapter)) of them",
        hint: "Such adapters answer requests; texts are not measured with them.")
    }
  }
}
