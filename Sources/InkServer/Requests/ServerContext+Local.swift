import Hummingbird
import Logging

extension ServerContext {
  /// The context of a request that the server makes to itself for somebody.
  init(local logger: Logger, owner: String) {
    self.init(core: CoreRequestContextStorage(source: LocalSource(logger: logger)), connection: ClientConnection(nil))
    identity = owner.isEmpty ? .anonymous : .key(name: owner)
  }
}

private struct LocalSource: RequestContextSource {
  let logger: Logger
}
