public import InkChat
import Synchronization

/// Writes down what models and tools say while a chain or an agent runs.
///
/// ```swift
/// let recorder = TraceRecorder()
/// let agent = FunctionAgent(AgentSettings(model: recorder.recording(model), tools: try recorder.recording(tools)))
/// _ = try await agent(question)
/// try save(recorder.trace.lines)
/// ```
public final class TraceRecorder: Sendable {
  private let state = Mutex(AgentTrace())

  /// An empty recorder.
  public init() {}

  /// What was said until now.
  public var trace: AgentTrace { state.withLock { $0 } }

  func add(_ entry: AgentTrace.Entry) { state.withLock { $0.entries.append(entry) } }

  /// The model, with its answers written down.
  public func recording(_ model: any ChatModel) -> any ChatModel { RecordedModel(model: model, recorder: self) }

  /// The tools, with their answers and failures written down. That a run was cancelled or its budget used up is not
  /// told of a tool: it ends the run.
  public func recording(_ tools: Toolbox) throws(ChainError) -> Toolbox {
    var recorded: [AgentTool] = []
    for tool in tools.tools {
      recorded.append(
        try AgentTool(tool.definition) { (arguments, context) throws(ChainError) in
          do throws(ChainError) {
            let answer = try await tool.call(arguments, in: context)
            self.add(.tool(name: tool.definition.name, arguments: arguments, answer: answer))
            return answer
          } catch {
            switch error.code {
            case .cancelled, .budget: break
            case .invalidInput, .invalidSetting, .unparsable, .model, .unavailable, .tool, .retrieval, .refused, .store,
              .unsupported:
              self.add(.failure(name: tool.definition.name, arguments: arguments, error: error))
            }
            throw error
          }
        })
    }
    return try Toolbox(recorded)
  }
}

private struct RecordedModel: ChatModel {
  let model: any ChatModel
  let recorder: TraceRecorder

  func stream(_ messages: [Message], options: GenerationOptions) -> GenerationStream {
    GenerationStream { sink throws(GenerationError) in
      var answer = StoredGeneration()
      var iterator = model.stream(messages, options: options).makeAsyncIterator()
      while let event = try await iterator.next() {
        answer.note(event)
        if case .finished = event {
          recorder.add(
            .model(request: StoredGeneration.key("", messages, options), answer: answer.json))
        }
        guard case .delivered = sink.send(event) else { return }
      }
    }
  }
}
