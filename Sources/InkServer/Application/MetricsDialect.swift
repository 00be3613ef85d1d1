/// Another server whose names of metrics are offered beside our own, for dashboards that exist.
public enum MetricsDialect: String, Sendable, Hashable, CaseIterable {
  case vllm, llamacpp
}
