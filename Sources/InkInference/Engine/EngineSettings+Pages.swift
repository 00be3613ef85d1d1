import InkModels
import InkTensor

extension EngineSettings {
  /// Pages that an engine for this model may have.
  func pageLimit(for model: LanguageModel) -> Int {
    let layout = model.decoder.cacheLayout
    let pageBytes = max(layout.pageByteCount, 1)
    let size = KeyValueLayout.tokensPerPage
    if let cacheByteCount { return max(cacheByteCount / pageBytes, 2) }
    // One page more than the tokens need is taken for a moment when a shared one is copied.
    let context = (longest(of: model) + size - 1) / size + 1
    let (whole, overflow) = context.multipliedReportingOverflow(by: parallel)
    let affordable = parallel * ((256 << 20) / pageBytes)
    return max(context, overflow ? affordable : min(whole, affordable))
  }

  /// The most tokens that a sequence can have in such an engine: those of the model, or as many as there are pages for.
  func contextLength(for model: LanguageModel) -> Int {
    let (tokens, overflow) = max(pageLimit(for: model) - 1, 1).multipliedReportingOverflow(
      by: KeyValueLayout.tokensPerPage)
    return overflow ? longest(of: model) : min(longest(of: model), tokens)
  }

  private func longest(of model: LanguageModel) -> Int { min(max(contextLength ?? .max, 1), model.contextLength) }
}
