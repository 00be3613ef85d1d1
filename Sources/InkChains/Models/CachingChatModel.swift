public import InkChat

/// A chat model that remembers its answers.
///
/// Only requests that have one answer are remembered: greedy ones and those with a seed. Others go to the model.
/// Token details and fragments of tool calls are not kept; a request that asks for them goes to the model too.
public struct CachingChatModel: ChatModel {
  private let model: any ChatModel
  private let identifier: String
  private let cache: any ChainCache

  /// A model with a memory for answers.
  ///
  /// - Parameter identifier: names the model and its version, so that the answers of another are never taken for its
  ///   own.
  public init(_ model: any ChatModel, identifier: String, cache: any ChainCache) {
    self.model = model
    self.identifier = identifier
    self.cache = cache
  }

  public func stream(_ messages: [Message], options: GenerationOptions) -> GenerationStream {
    guard options.sampling.temperature == 0 || options.sampling.seed != nil, options.tokenDetail == .none else {
      return model.stream(messages, options: options)
    }
    let key = StoredGeneration.key(identifier, messages, options)
    let model = model
    let cache = cache
    return GenerationStream { sink throws(GenerationError) in
      do throws(ChainError) {
        if let text = try await cache.text(for: key), let kept = StoredGeneration(text) {
          return kept.replay(to: sink)
        }
      } catch {
        throw GenerationError(code: .modelFailure, context: "cache of answers", found: error.description)
      }
      var kept = StoredGeneration()
      var iterator = model.stream(messages, options: options).makeAsyncIterator()
      while let event = try await iterator.next() {
        if case .finished(let result) = event, let text = kept.text(ending: result) {
          do throws(ChainError) { try await cache.keep(text, for: key) } catch {
            throw GenerationError(code: .modelFailure, context: "cache of answers", found: error.description)
          }
        }
        kept.note(event)
        guard case .delivered = sink.send(event) else { return }
      }
    }
  }
}
