import InkChat

/// Turns what a model tells into the items of a response, and into the events of its stream.
struct ResponseAnswer: Sendable {
  let head: ResponseHead
  private let identifiers: IdentifierSource
  /// Items as they are now; those that are being written among them.
  private(set) var output: [JSONValue] = []
  private(set) var status = ResponseHead.Status.inProgress
  private(set) var counts: TokenCounts?
  private(set) var hasBegun = false
  private var number = 0
  /// The text or the thoughts that are being written.
  private var text: ResponseTextItem?
  /// Calls by their number, completed ones among them.
  private var calls: [ResponseCallItem] = []
  private var completedCalls = 0
  /// Tokens that no event has told yet.
  private var tokens: [GeneratedToken] = []

  init(_ head: ResponseHead, _ identifiers: IdentifierSource) {
    self.head = head
    self.identifiers = identifiers
  }

  /// The response as it is now.
  var object: JSONValue { head.object(status, output: output, counts: counts) }

  /// The events that an event of the model leads to.
  mutating func add(_ event: GenerationEvent) -> [StreamEvent] {
    var events = begin()
    switch event {
    case .text(let piece): write(piece, as: .message, &events)
    case .reasoning(let piece): write(piece, as: .reasoning, &events)
    case .token(let token): tokens.append(token)
    case .toolCallFragment(let fragment): write(fragment, &events)
    case .toolCall(let call):
      if calls.count == completedCalls { open(call.identifier, call.name, &events) }
      guard completedCalls < calls.count else { return events }
      complete(completedCalls, call, &events)
      completedCalls += 1
    case .finished(let result):
      finish(result, &events)
    }
    return events
  }

  /// The events that tell of a failure.
  mutating func fail(_ error: ServerError) -> [StreamEvent] {
    status = .failed(error)
    return [event("response.failed", [JSONMember("response", object)])]
  }

  /// The last event of one that is kept, held back until it is.
  mutating func end() -> [StreamEvent] {
    [event("response.\(status.word)", [JSONMember("response", object)])]
  }

  private mutating func begin() -> [StreamEvent] {
    guard !hasBegun else { return [] }
    hasBegun = true
    return ["response.created", "response.in_progress"].map { event($0, [JSONMember("response", object)]) }
  }

  private mutating func write(_ piece: String, as kind: ResponseTextItem.Kind, _ events: inout [StreamEvent]) {
    if text?.kind != kind { closeText("completed", &events) }
    var item = text ?? ResponseTextItem(kind, identifiers.make(kind.prefix), index: output.count)
    if text == nil {
      output.append(item.object("in_progress", isEmpty: true))
      events.append(added(item.index))
      events.append(event("response.content_part.added", item.place + [JSONMember("part", item.emptyPart)]))
    }
    let told = tokens.map(\.json)
    tokens = []
    item.text += piece
    item.logprobs += told
    output[item.index] = item.object("in_progress")
    text = item
    var members = item.place + [JSONMember("delta", .string(piece))]
    if kind == .message { members.append(JSONMember("logprobs", .array(told))) }
    events.append(event("response.\(kind.event).delta", members))
  }

  private mutating func closeText(_ status: String, _ events: inout [StreamEvent]) {
    guard let item = text else { return }
    text = nil
    var members = item.place + [JSONMember("text", .string(item.text))]
    if item.kind == .message { members.append(JSONMember("logprobs", .array(item.logprobs))) }
    events.append(event("response.\(item.kind.event).done", members))
    events.append(event("response.content_part.done", item.place + [JSONMember("part", item.part)]))
    output[item.index] = item.object(status)
    events.append(done(item.index))
  }

  private mutating func write(_ fragment: ToolCallFragment, _ events: inout [StreamEvent]) {
    if let opening = fragment.opening, fragment.index == calls.count {
      open(opening.identifier, opening.name, &events)
    }
    guard calls.indices.contains(fragment.index), !fragment.arguments.isEmpty else { return }
    calls[fragment.index].arguments += fragment.arguments
    let call = calls[fragment.index]
    output[call.index] = call.object("in_progress")
    events.append(
      event("response.function_call_arguments.delta", call.place + [JSONMember("delta", .string(fragment.arguments))]))
  }

  private mutating func open(_ identifier: String, _ name: String, _ events: inout [StreamEvent]) {
    closeText("completed", &events)
    let call = ResponseCallItem(
      identifier: identifiers.make("fc_"), call: identifier, name: name, index: output.count)
    calls.append(call)
    output.append(call.object("in_progress"))
    events.append(added(call.index))
  }

  private mutating func complete(_ number: Int, _ call: ToolCall, _ events: inout [StreamEvent]) {
    let place = calls[number].place
    if calls[number].arguments.isEmpty {
      // A model's side that tells calls only when they are complete.
      calls[number].arguments = call.argumentsText
      events.append(
        event("response.function_call_arguments.delta", place + [JSONMember("delta", .string(call.argumentsText))]))
    }
    let item = calls[number]
    let members = [JSONMember("name", .string(item.name)), JSONMember("arguments", .string(item.arguments))]
    events.append(event("response.function_call_arguments.done", place + members))
    output[item.index] = item.object("completed")
    events.append(done(item.index))
  }

  private mutating func finish(_ result: GenerationResult, _ events: inout [StreamEvent]) {
    counts = result.counts
    let word: String
    switch result.finishReason {
    case .endToken, .stopString, .toolCalls:
      status = .completed
      word = "completed"
    case .length, .contextFull:
      status = .incomplete("max_output_tokens")
      word = "incomplete"
    case .cancelled:
      status = .incomplete("cancelled")
      word = "incomplete"
    }
    closeText(word, &events)
    // A call that was cut off is told as far as it came.
    for call in calls.dropFirst(completedCalls) {
      output[call.index] = call.object("incomplete")
      events.append(done(call.index))
    }
  }

  private mutating func added(_ index: Int) -> StreamEvent {
    event(
      "response.output_item.added",
      [JSONMember("output_index", .integer(Int64(index))), JSONMember("item", output[index])])
  }

  private mutating func done(_ index: Int) -> StreamEvent {
    event(
      "response.output_item.done",
      [JSONMember("output_index", .integer(Int64(index))), JSONMember("item", output[index])])
  }

  private mutating func event(_ type: String, _ members: [JSONMember]) -> StreamEvent {
    defer { number += 1 }
    let head = [JSONMember("type", .string(type)), JSONMember("sequence_number", .integer(Int64(number)))]
    return .named(type, .object(head + members))
  }
}
