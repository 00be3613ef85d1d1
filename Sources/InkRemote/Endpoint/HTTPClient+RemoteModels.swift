public import AsyncHTTPClient
import NIOCore

extension HTTPClient.Configuration {
  /// What suits endpoints of models: many answers at once that take long, no redirections, which would carry the key to
  /// another place, and no waiting for a server that refuses connections, because retries are counted elsewhere.
  public static func remoteModels(connectTimeout: Duration = .seconds(10)) -> HTTPClient.Configuration {
    var configuration = HTTPClient.Configuration(
      redirectConfiguration: .disallow, timeout: Timeout(connect: TimeAmount(connectTimeout)),
      decompression: .disabled)
    configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 4096
    configuration.connectionPool.retryConnectionEstablishment = false
    // Shorter than most servers keep an unused connection, so that few requests meet one that is just being closed.
    configuration.connectionPool.idleTimeout = .seconds(20)
    return configuration
  }
}
