public import InkChat

/// Writes each event as one line of JSON.
public struct EventLineWriter: ChainObserver {
  private let write: @Sendable (String) -> Void

  /// A writer.
  ///
  /// - Parameter write: takes one line without its line feed; called from the tasks that do the work, maybe several at
  ///   once.
  public init(_ write: @escaping @Sendable (String) -> Void) { self.write = write }

  public func observe(_ event: ChainEvent) { write(Self.json(event).text) }

  /// The event as a JSON object: `position`, `step`, `seconds`, `event` and what belongs to the event.
  public static func json(_ event: ChainEvent) -> JSONValue {
    let (seconds, attoseconds) = event.elapsed.components
    var members = [
      JSONMember("position", .array(event.position.map { .integer(Int64($0)) })),
      JSONMember("step", .string(event.step)),
      JSONMember("seconds", .number(Double(seconds) + Double(attoseconds) / 1e18)),
    ]
    members += details(event.happening)
    return .object(members)
  }

  private static func details(_ happening: ChainEvent.Happening) -> [JSONMember] {
    func named(_ name: String, _ members: JSONMember...) -> [JSONMember] {
      [JSONMember("event", .string(name))] + members
    }
    return switch happening {
    case .started(let input): named("start", JSONMember("input", .string(input)))
    case .text(let piece): named("text", JSONMember("text", .string(piece)))
    case .reasoning(let piece): named("reasoning", JSONMember("text", .string(piece)))
    case .toolCall(let call): named("tool_call", JSONMember("call", StoredGeneration.json(call)))
    case .toolAnswer(let call, let text):
      named("tool_answer", JSONMember("call", StoredGeneration.json(call)), JSONMember("text", .string(text)))
    case .usage(let counts):
      named(
        "usage", JSONMember("prompt_tokens", .integer(Int64(counts.prompt))),
        JSONMember("cached_prompt_tokens", .integer(Int64(counts.cachedPrompt))),
        JSONMember("completion_tokens", .integer(Int64(counts.completion))))
    case .routed(let choice): named("route", JSONMember("choice", .string(choice)))
    case .retrying(let attempt, let error):
      named(
        "retry", JSONMember("attempt", .integer(Int64(attempt))), JSONMember("error", .string(error.description)))
    case .fellBack(let number, let error):
      named("fallback", JSONMember("to", .integer(Int64(number))), JSONMember("error", .string(error.description)))
    case .cacheHit: named("cache_hit")
    case .finished(let output): named("end", JSONMember("output", .string(output)))
    case .failed(let error):
      named(
        "error", JSONMember("code", .string(error.code.rawValue)), JSONMember("error", .string(error.description)))
    }
  }
}
