public import InkChat

/// A chat model whose requests count against a budget, for callers that know of none.
///
/// What holds in a chain holds here: a request whose prompt is longer than what is left is not begun, an answer is held
/// to the tokens that are left, and one that goes on all the same is ended. Each fails with
/// ``GenerationError/Code/budget``.
public struct MeteredChatModel: ChatModel {
  private let model: any ChatModel
  private let meter: BudgetMeter

  /// A model that is counted by a meter.
  public init(_ model: any ChatModel, countedBy meter: BudgetMeter) {
    self.model = model
    self.meter = meter
  }

  public func stream(_ messages: [Message], options: GenerationOptions) -> GenerationStream {
    let (model, meter) = (model, meter)
    return GenerationStream { sink throws(GenerationError) in
      var request: MeteredRequest
      do throws(ChainError) {
        request = try MeteredRequest(countedBy: meter) { MeteredRequest.estimate(messages, options) }
      } catch {
        throw GenerationError(refusal: error)
      }
      do throws(GenerationError) {
        var iterator = model.stream(messages, options: request.held(options)).makeAsyncIterator()
        while let event = try await iterator.next() {
          do throws(ChainError) { try request.take(event) } catch { throw GenerationError(refusal: error) }
          // The end is told when it has been counted, so that whoever reads it finds it in the meter.
          if case .finished = event { continue }
          guard case .delivered = sink.send(event) else { return request.breakOff() }
        }
      } catch {
        request.breakOff()
        throw error
      }
      request.finish()
      sink.finish(request.answer.result)
    }
  }
}

extension GenerationError {
  /// What a meter refused.
  fileprivate init(refusal error: ChainError) {
    self.init(
      code: error.code == .budget ? .budget : .modelFailure, context: error.context, expected: error.expected,
      found: error.found, hint: error.hint)
  }
}
