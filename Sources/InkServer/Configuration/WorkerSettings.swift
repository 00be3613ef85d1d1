/// A server that answers for a gateway.
public struct WorkerSettings: Sendable, Hashable {
  /// Its address, without `/v1`: `http://10.0.0.2:8080`.
  public var address: String
  /// Name of the environment variable that holds its key; nil sends none.
  public var keyVariable: String?

  /// Settings with every field given.
  public init(address: String, keyVariable: String? = nil) {
    self.address = address
    self.keyVariable = keyVariable
  }
}
