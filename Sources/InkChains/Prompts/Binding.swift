/// What fills a hole of a template: a name, and how the value is found in an input.
public struct Binding<Input: Sendable>: Sendable {
  /// The hole's name.
  public let name: String
  let value: @Sendable (Input) -> String

  /// Fills the hole of that name.
  public init(_ name: String, _ value: @escaping @Sendable (Input) -> String) {
    self.name = name
    self.value = value
  }
}
