import Hummingbird
import InkChat

/// A question of Ollama's form on its way to a model.
struct OllamaExchange: Sendable {
  /// How the answer reaches the client.
  enum Delivery: Sendable, Hashable {
    case whole, stream
  }

  let form: OllamaAnswer.Form
  let model: String
  let delivery: Delivery
  let warnings: [String]
  let ability: ModelListing.Ability
  /// Asks the model; nil only waits until it is there.
  let ask: (@Sendable (ModelLease) throws -> GenerationStream)?

  func answer(_ context: ServerContext, _ services: ServerServices) async throws -> Response {
    let began = context.arrival ?? services.clock.uptime()
    let name = await services.ollamaName(model)
    let lease = try await context.whileConnected { try await services.models.lease(name, for: ability) }
    context.record.begin("chat", model: lease.listing.id)
    let empty = OllamaAnswer(
      form, model: model, services.clock, began: began, load: services.clock.uptime() - began)
    guard let ask else { return .json(empty.loaded, warnings: warnings) }
    let first = AnswerWatch(context, services, model: lease.listing.id)
    switch delivery {
    case .whole:
      let object = try await context.whileConnected {
        defer { withExtendedLifetime(lease) {} }
        var answer = empty
        var watch = first
        for try await event in try ask(lease) {
          watch.see(event)
          _ = answer.add(event)
        }
        if let counts = answer.result?.counts { context.record.count(counts) }
        return answer.whole
      }
      return .json(object, warnings: warnings)
    case .stream:
      return try await .stream(.ollama, context, services, warnings: warnings) { sink in
        defer { withExtendedLifetime(lease) {} }
        var answer = empty
        var watch = first
        for try await event in try ask(lease) {
          watch.see(event)
          guard let line = answer.add(event) else { continue }
          guard case .accepted = sink.send(line) else { throw CancellationError() }
        }
        if let counts = answer.result?.counts { context.record.count(counts) }
      }
    }
  }
}
