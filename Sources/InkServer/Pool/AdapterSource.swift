/// An adapter beside a model of this process.
public struct AdapterSource: Sendable, Hashable {
  /// The name by which requests ask for it, as for a model; unique in a pool.
  public var name: String
  /// Its folder, in PEFT's layout.
  public var path: String

  /// A source with every field given.
  public init(name: String, path: String) {
    self.name = name
    self.path = path
  }
}
