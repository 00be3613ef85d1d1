/// What has been going on, for `/metrics`.
package final class ServerMetrics: Sendable {
  package init() {}
}
