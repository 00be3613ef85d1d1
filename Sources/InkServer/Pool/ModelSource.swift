/// Where a model comes from.
public enum ModelSource: Sendable, Hashable {
  /// It is loaded into this process.
  case local(LocalModelSettings)
  /// It is asked over the network.
  case remote(RemoteModelSettings)
}
