public import InkChat

/// A Swift function that a model may call.
///
/// ```swift
/// struct City: Decodable, Sendable { var name: String }
/// let weather = try AgentTool("weather", "Tells the weather in a city.") { (city: City, _) in
///   try await forecast(city.name)
/// }
/// ```
///
/// The schema that the model reads is made from the type of the arguments.
public struct AgentTool: Sendable {
  /// What the model is told of the tool.
  public let definition: ToolDefinition
  private let work: @Sendable (JSONValue, ChainContext) async throws(ChainError) -> String

  /// A tool with typed arguments.
  ///
  /// - Parameter work: answers a call with text for the model. An error is told to the model, except `cancelled` and
  ///   `budget`, which end the agent.
  /// - Throws: `unsupported` when no schema can be made from the type; `invalidSetting` for a name that models cannot
  ///   call.
  public init<Arguments: Decodable & Sendable>(
    _ name: String, _ description: String,
    _ work: @escaping @Sendable (Arguments, ChainContext) async throws(ChainError) -> String
  ) throws(ChainError) {
    let schema = try SchemaExplorer.schema(of: Arguments.self)
    try self.init(ToolDefinition(name: name, description: description, parameters: schema)) {
      (arguments, context) throws(ChainError) in
      let typed = try CodableText.decode(Arguments.self, from: arguments.text, context: "arguments of \(name)")
      return try await work(typed, context)
    }
  }

  /// A tool whose arguments are read by itself.
  ///
  /// - Throws: `invalidSetting` for a name that models cannot call.
  public init(
    _ definition: ToolDefinition,
    _ work: @escaping @Sendable (JSONValue, ChainContext) async throws(ChainError) -> String
  ) throws(ChainError) {
    let name = definition.name
    let isCallable = name.unicodeScalars.allSatisfy {
      $0.isASCII && ($0.properties.isAlphabetic || "0"..."9" ~= $0 || $0 == "_" || $0 == "-")
    }
    guard (1...64).contains(name.count), isCallable else {
      throw ChainError(
        .invalidSetting, context: "tool name", expected: "1 to 64 ASCII letters, digits, _ and -", found: "\"\(name)\"")
    }
    self.definition = definition
    self.work = work
  }

  /// Does what the tool does.
  public func call(_ arguments: JSONValue, in context: ChainContext) async throws(ChainError) -> String {
    try await work(arguments, context)
  }
}
