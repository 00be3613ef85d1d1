import InkChat

/// Remembers a step's outputs by its inputs.
public struct Cached<Part: Step>: Step where Part.Output: Codable {
  private let part: Part
  private let cache: any ChainCache
  private let key: @Sendable (Part.Input) -> String

  /// A step whose outputs are kept.
  ///
  /// - Parameters:
  ///   - key: names an input; inputs of the same name are taken for the same, so it must hold all that the output
  ///     depends on, the model's name among it.
  public init(in cache: any ChainCache, key: @escaping @Sendable (Part.Input) -> String, _ part: Part) {
    self.part = part
    self.cache = cache
    self.key = key
  }

  public func run(_ input: Part.Input, in context: ChainContext) async throws(ChainError) -> Part.Output {
    let key = key(input)
    // What an older program kept can be of another form; it is made anew.
    if let text = try await cache.text(for: key),
      let output = try? CodableText.decode(Part.Output.self, from: text, context: "cached output")
    {
      context.tell(.cacheHit)
      return output
    }
    let output = try await context.run(part, on: input)
    try await cache.keep(CodableText.encode(output, context: "output to cache"), for: key)
    return output
  }
}
