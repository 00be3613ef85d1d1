import InkChat

/// Turns what a model tells into the lines of Ollama's streams, or into one object.
struct OllamaAnswer: Sendable {
  /// Where the text stands.
  enum Form: Sendable, Hashable {
    /// In a message, as `/api/chat` has it.
    case message
    /// Beside everything else, as `/api/generate` has it.
    case response
  }

  let form: Form
  let model: String
  let clock: ServerClock
  /// When the request arrived, by the clock's uptime.
  let began: Duration
  /// How long it took until the model was there.
  let load: Duration
  private var text = ""
  private var thoughts = ""
  private var calls: [ToolCall] = []
  private(set) var result: GenerationResult?

  init(_ form: Form, model: String, _ clock: ServerClock, began: Duration, load: Duration) {
    self.form = form
    self.model = model
    self.clock = clock
    self.began = began
    self.load = load
  }

  /// The line that an event of the model leads to.
  mutating func add(_ event: GenerationEvent) -> StreamEvent? {
    switch event {
    case .text(let piece):
      text += piece
      return .line(object(text: piece, thoughts: "", calls: [], end: []))
    case .reasoning(let piece):
      thoughts += piece
      return .line(object(text: "", thoughts: piece, calls: [], end: []))
    case .toolCall(let call):
      calls.append(call)
      return .line(object(text: "", thoughts: "", calls: [call], end: []))
    case .toolCallFragment, .token: return nil
    case .finished(let result):
      self.result = result
      return .line(object(text: "", thoughts: "", calls: [], end: end))
    }
  }

  /// The answer in one piece.
  var whole: JSONValue { object(text: text, thoughts: thoughts, calls: calls, end: end) }

  /// The answer to a request that only wants the model to be there.
  var loaded: JSONValue {
    object(text: "", thoughts: "", calls: [], end: [JSONMember("done_reason", "load")])
  }

  private func object(text: String, thoughts: String, calls: [ToolCall], end: [JSONMember]) -> JSONValue {
    var members = [
      JSONMember("model", .string(model)),
      JSONMember("created_at", .string(ServerServices.ollamaTime(clock.secondsSince1970()))),
    ]
    switch form {
    case .message:
      var message = [JSONMember("role", "assistant"), JSONMember("content", .string(text))]
      if !thoughts.isEmpty { message.append(JSONMember("thinking", .string(thoughts))) }
      if !calls.isEmpty { message.append(JSONMember("tool_calls", .array(calls.map(Self.json)))) }
      members.append(JSONMember("message", .object(message)))
    case .response:
      members.append(JSONMember("response", .string(text)))
      if !thoughts.isEmpty { members.append(JSONMember("thinking", .string(thoughts))) }
    }
    members.append(JSONMember("done", .boolean(!end.isEmpty)))
    return .object(members + end)
  }

  /// Why it ended and what it took; times are in nanoseconds.
  private var end: [JSONMember] {
    guard let result else { return [] }
    let reason =
      switch result.finishReason {
      case .endToken, .stopString, .toolCalls, .cancelled: "stop"
      case .length, .contextFull: "length"
      }
    return [
      JSONMember("done_reason", .string(reason)), JSONMember("total_duration", (clock.uptime() - began).nanoseconds),
      JSONMember("load_duration", load.nanoseconds),
      JSONMember("prompt_eval_count", .integer(Int64(result.counts.prompt))),
      JSONMember("prompt_eval_duration", result.timings.prompt.nanoseconds),
      JSONMember("eval_count", .integer(Int64(result.counts.completion))),
      JSONMember("eval_duration", result.timings.decode.nanoseconds),
    ]
  }

  /// A call as Ollama tells it: with its arguments as an object.
  private static func json(_ call: ToolCall) -> JSONValue {
    let arguments: JSONValue = if case .object = call.arguments { call.arguments } else { ["input": call.arguments] }
    return ["id": .string(call.identifier), "function": ["name": .string(call.name), "arguments": arguments]]
  }
}

extension Duration {
  /// Whole nanoseconds, for Ollama's clients.
  var nanoseconds: JSONValue {
    let whole = components.seconds.multipliedReportingOverflow(by: 1_000_000_000)
    return .integer(whole.overflow ? .max : whole.partialValue &+ components.attoseconds / 1_000_000_000)
  }
}

extension StreamDialect {
  /// Lines of JSON, as Ollama streams.
  static let ollama = StreamDialect(mediaType: "application/x-ndjson", ping: nil) { error in
    [.line(ErrorShape.ollama.body(of: error))]
  }
}
