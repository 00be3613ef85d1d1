import Foundation
import InkChat

extension RequestFields {
  /// `options`, `format`, `think`, `keep_alive`: how Ollama's clients say how to answer.
  ///
  /// - Returns: the options, the names of what was said about the choice of tokens, in OpenAI's words, and places of fields
  ///   without effect.
  mutating func ollamaOptions() throws(ServerError) -> (GenerationOptions, given: Set<String>, warnings: [String]) {
    // What Ollama documents for a request that says nothing.
    var options = GenerationOptions(
      sampling: SamplingParameters(
        temperature: 0.8, topK: 40, topP: 0.9, repetitionPenalty: 1.1, repetitionWindow: .last(64)))
    var warnings: [String] = []
    var given: Set<String> = []
    _ = try object("options") { (inner) throws(ServerError) in
      given = Set(inner.names.map { ["repeat_penalty", "repeat_last_n"].contains($0) ? "repetition_penalty" : $0 })
      warnings = try inner.ollamaSampling(&options)
    }
    options.form = try ollamaFormat()
    options.templateVariables = try ollamaThinking()
    // How long a model stays loaded is the pool's choice.
    if value("keep_alive") != nil { warnings.append("keep_alive") }
    return (options, given, warnings)
  }

  private mutating func ollamaSampling(_ options: inout GenerationOptions) throws(ServerError) -> [String] {
    if let temperature = try number("temperature", in: 0...100) {
      options.sampling.temperature = temperature < 0.000_001 ? 0 : Float(temperature)
    }
    if let topK = try integer("top_k", in: -1...Int(Int32.max)) { options.sampling.topK = topK > 0 ? topK : nil }
    if let topP = try number("top_p", in: 0...1) { options.sampling.topP = Float(topP) }
    if let minP = try number("min_p", in: 0...1) { options.sampling.minP = Float(minP) }
    if let typicalP = try number("typical_p", in: 0...1) { options.sampling.typicalP = Float(typicalP) }
    if let penalty = try number("repeat_penalty", in: 0.01...100) {
      options.sampling.repetitionPenalty = Float(penalty)
    }
    if let last = try integer("repeat_last_n", in: -1...Int(Int32.max)) {
      switch last {
      case -1: options.sampling.repetitionWindow = .everything
      case 0: options.sampling.repetitionPenalty = nil
      default: options.sampling.repetitionWindow = .last(last)
      }
    }
    if let penalty = try number("presence_penalty", in: -2...2) { options.sampling.presencePenalty = Float(penalty) }
    if let penalty = try number("frequency_penalty", in: -2...2) { options.sampling.frequencyPenalty = Float(penalty) }
    if let seed = try integer("seed", in: Int.min...Int.max) {
      options.sampling.seed = seed == -1 ? nil : UInt64(bitPattern: Int64(seed))
    }
    // -1 and -2 mean as long as the context lasts.
    if let count = try integer("num_predict", in: -2...Int(Int32.max)) {
      options.maximumTokens = count > 0 ? count : nil
    }
    options.stopStrings = try stopStrings()
    // Settings of Ollama's engine, which has no counterpart here: the context is the model's own.
    let engine = [
      "num_ctx", "num_batch", "num_gpu", "main_gpu", "num_thread", "num_keep", "numa", "use_mmap", "use_mlock",
      "low_vram",
      "vocab_only", "mirostat", "mirostat_tau", "mirostat_eta", "tfs_z", "penalize_newline",
    ]
    return engine.filter { value($0) != nil }.map { path($0) }
  }

  /// `format`: `json`, or a JSON Schema.
  private mutating func ollamaFormat() throws(ServerError) -> AnswerForm {
    guard let value = value("format") else { return .free }
    switch value {
    case .string(""): return .free
    case .string("json"): return .jsonObject
    case .object: return .jsonSchema(value)
    case .null, .boolean, .integer, .number, .string, .array:
      throw invalid("format", "\"json\" or a JSON Schema", found: value)
    }
  }

  /// `think`: yes, no, or how much.
  private mutating func ollamaThinking() throws(ServerError) -> [JSONMember] {
    guard let value = value("think") else { return [] }
    if case .boolean(let thinks) = value { return [JSONMember("enable_thinking", .boolean(thinks))] }
    return try effort("think")
  }

  /// Pictures in base64.
  mutating func ollamaImages() throws(ServerError) -> [MessagePart] {
    var parts: [MessagePart] = []
    for (index, value) in (try array("images", atMost: 1000) ?? []).enumerated() {
      guard case .string(let text) = value, let data = Data(base64Encoded: text), !data.isEmpty else {
        throw invalid("images[\(index)]", "an image in base64", found: value)
      }
      let bytes = [UInt8](data)
      parts.append(.image(.encoded(bytes: bytes, mediaType: Self.mediaType(bytes))))
    }
    return parts
  }

  /// The kind of a picture, by how it begins.
  private static func mediaType(_ bytes: [UInt8]) -> String {
    if bytes.starts(with: [0xFF, 0xD8]) { return "image/jpeg" }
    if bytes.starts(with: Array("GIF8".utf8)) { return "image/gif" }
    if bytes.starts(with: Array("RIFF".utf8)) { return "image/webp" }
    return "image/png"
  }

  /// `messages` in Ollama's form: pictures stand beside the text, calls need no identifiers.
  mutating func ollamaMessages() throws(ServerError) -> [Message] {
    var open: [ToolCall] = []
    var number = 0
    let messages = try objects("messages", atMost: 100_000) { (message) throws(ServerError) -> Message in
      guard let role = try message.word("role", of: OllamaRole.self) else { throw message.missing("role") }
      let text = try message.string("content") ?? ""
      let images = try message.ollamaImages()
      let content: MessageContent = images.isEmpty ? .text(text) : .parts([.text(text)] + images)
      switch role {
      case .system, .developer: return Message(role: .system, content: content)
      case .user: return Message(role: .user, content: content)
      case .assistant:
        let calls = try message.objects("tool_calls", atMost: 1024) { (call) throws(ServerError) in
          number += 1
          return try call.ollamaCall(number)
        }
        open = calls ?? []
        return Message(
          role: .assistant, content: content, reasoning: try message.string("thinking"), toolCalls: calls ?? [])
      case .tool:
        let older = try message.string("name")
        let name = try message.string("tool_name") ?? older
        let given = try message.string("tool_call_id")
        // Answers come in the order of the calls, or say whose they are.
        let place = open.firstIndex { given == $0.identifier } ?? open.firstIndex { name == nil || name == $0.name }
        let call = place.map { open.remove(at: $0) }
        return Message(
          role: .tool, content: content, toolCallIdentifier: given ?? call?.identifier, name: name ?? call?.name)
      }
    }
    return messages ?? []
  }

  private mutating func ollamaCall(_ number: Int) throws(ServerError) -> ToolCall {
    ignore("type")
    let identifier = try string("id") ?? "call_\(number)"
    let call = try object("function") { (function) throws(ServerError) -> ToolCall in
      function.ignore("index", "description")
      let name = try function.requiredString("name")
      return ToolCall(
        identifier: identifier, name: name, arguments: .object(try function.members("arguments") ?? []))
    }
    guard let call else { throw missing("function") }
    return call
  }
}

private enum OllamaRole: String, CaseIterable {
  case system, developer, user, assistant, tool
}
