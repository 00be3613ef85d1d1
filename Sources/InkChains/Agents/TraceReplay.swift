public import InkChat
import Synchronization

/// Says again what a trace holds, so that a run can be repeated without models and tools.
///
/// Each request must be the one that was recorded; a run that asks anything else fails at that point. Of requests that
/// are the same, the first answer comes first.
public final class TraceReplay: Sendable {
  private let left: Mutex<[AgentTrace.Entry]>

  /// A replay from the trace's beginning.
  public init(_ trace: AgentTrace) { left = Mutex(trace.entries) }

  /// What nobody asked for yet: 0 after a complete replay.
  public var remaining: Int { left.withLock { $0.count } }

  /// A model that gives the recorded answers.
  public var model: any ChatModel { ReplayedModel(replay: self) }

  /// Tools that give the recorded answers.
  public func tools(_ definitions: [ToolDefinition]) throws(ChainError) -> Toolbox {
    var tools: [AgentTool] = []
    for definition in definitions {
      tools.append(
        try AgentTool(definition) { (arguments, _) throws(ChainError) in
          try self.answer(of: definition.name, to: arguments)
        })
    }
    return try Toolbox(tools)
  }

  private func answer(of tool: String, to arguments: JSONValue) throws(ChainError) -> String {
    let told = left.withLock { left -> Result<String, ChainError>? in
      for (position, entry) in left.enumerated() {
        let told: Result<String, ChainError>
        switch entry {
        case .tool(tool, arguments, let answer): told = .success(answer)
        case .failure(tool, arguments, let error): told = .failure(error)
        case .model, .tool, .failure: continue
        }
        left.remove(at: position)
        return told
      }
      return nil
    }
    guard let told else {
      throw ChainError(
        .tool, context: "replay", expected: "a call that was recorded", found: "\(tool) with \(arguments.text)")
    }
    return try told.get()
  }

  fileprivate func answer(to request: String) -> StoredGeneration? {
    left.withLock { left in
      for (position, entry) in left.enumerated() {
        guard case .model(request, let answer) = entry else { continue }
        left.remove(at: position)
        return StoredGeneration(answer)
      }
      return nil
    }
  }
}

private struct ReplayedModel: ChatModel {
  let replay: TraceReplay

  func stream(_ messages: [Message], options: GenerationOptions) -> GenerationStream {
    guard let answer = replay.answer(to: StoredGeneration.key("", messages, options)) else {
      return .failing(
        GenerationError(
          code: .invalidInput, context: "replay", expected: "a request that was recorded",
          found: "another one, ending in \"\(messages.last?.content.text.suffix(80) ?? "")\"",
          hint: "The chain, its prompts or its options changed since the trace was recorded."))
    }
    return GenerationStream { sink throws(GenerationError) in answer.replay(to: sink) }
  }
}
