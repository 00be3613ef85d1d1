import InkServer
import Testing

@Suite("Settings of telemetry from the environment")
struct TelemetrySettingsTests {
  private static func settings(_ environment: [String: String]) throws -> TelemetrySettings? {
    try TelemetrySettings(environment: environment, version: "1.2.3")
  }

  @Test(
    "without a receiver, or switched off, nothing is sent",
    arguments: [
      [:], ["OTEL_EXPORTER_OTLP_ENDPOINT": ""],
      ["OTEL_EXPORTER_OTLP_ENDPOINT": "http://a:4318", "OTEL_SDK_DISABLED": "true"],
      [
        "OTEL_EXPORTER_OTLP_ENDPOINT": "http://a:4318", "OTEL_TRACES_EXPORTER": "none",
        "OTEL_METRICS_EXPORTER": "none",
      ],
    ])
  func off(environment: [String: String]) throws {
    #expect(try Self.settings(environment) == nil)
  }

  @Test("an address for all signals gets their paths, one for a signal is taken as it is")
  func addresses() throws {
    let both = try #require(try Self.settings(["OTEL_EXPORTER_OTLP_ENDPOINT": "http://a:4318/"]))
    #expect(both.traces?.address == "http://a:4318/v1/traces")
    #expect(both.metrics?.address == "http://a:4318/v1/metrics")
    let one = try #require(try Self.settings(["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "https://b/x"]))
    #expect(one.traces?.address == "https://b/x")
    #expect(one.metrics == nil)
    let traceless = try #require(
      try Self.settings(["OTEL_EXPORTER_OTLP_ENDPOINT": "http://a", "OTEL_TRACES_SAMPLER": "always_off"]))
    #expect(traceless.traces == nil)
    #expect(traceless.metrics?.address == "http://a/v1/metrics")
  }

  @Test("headers, times, counts and the description of the process are read")
  func values() throws {
    let settings = try #require(
      try Self.settings([
        "OTEL_EXPORTER_OTLP_ENDPOINT": "http://a", "OTEL_EXPORTER_OTLP_HEADERS": "authorization=Bearer%20x, b=c",
        "OTEL_EXPORTER_OTLP_METRICS_HEADERS": "d=e", "OTEL_EXPORTER_OTLP_TIMEOUT": "1500",
        "OTEL_EXPORTER_OTLP_PROTOCOL": "http/json", "OTEL_SERVICE_NAME": "chat",
        "OTEL_RESOURCE_ATTRIBUTES": "service.name=other,host.name=%E7%A0%9A", "OTEL_BSP_SCHEDULE_DELAY": "200",
        "OTEL_BSP_MAX_QUEUE_SIZE": "7", "OTEL_BSP_MAX_EXPORT_BATCH_SIZE": "3", "OTEL_METRIC_EXPORT_INTERVAL": "900",
      ]))
    #expect(
      settings.traces?.headers == [
        TelemetrySettings.HeaderField("authorization", "Bearer x"), TelemetrySettings.HeaderField("b", "c"),
      ])
    #expect(settings.metrics?.headers == [TelemetrySettings.HeaderField("d", "e")])
    #expect(settings.traces?.timeout == .milliseconds(1500))
    #expect(
      settings.resource == [
        TelemetrySettings.ResourceAttribute("host.name", "砚"),
        TelemetrySettings.ResourceAttribute("service.name", "chat"),
        TelemetrySettings.ResourceAttribute("service.version", "1.2.3"),
      ])
    #expect(settings.spanInterval == .milliseconds(200))
    #expect(settings.metricInterval == .milliseconds(900))
    #expect(settings.waitingSpans == 7)
    #expect(settings.spansInOnePost == 3)
  }

  @Test(
    "what cannot be read, or is not done here, is an error that names the variable",
    arguments: [
      ("OTEL_EXPORTER_OTLP_ENDPOINT", "a:4318"), ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"),
      ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "http/protobuf"), ("OTEL_EXPORTER_OTLP_TIMEOUT", "soon"),
      ("OTEL_EXPORTER_OTLP_HEADERS", "secret"), ("OTEL_TRACES_EXPORTER", "zipkin"), ("OTEL_SDK_DISABLED", "maybe"),
      ("OTEL_TRACES_SAMPLER", "traceidratio"), ("OTEL_RESOURCE_ATTRIBUTES", "a=%zz"),
      ("OTEL_BSP_SCHEDULE_DELAY", "-1"),
    ])
  func faults(name: String, value: String) throws {
    var environment = ["OTEL_EXPORTER_OTLP_ENDPOINT": "http://a"]
    environment[name] = value
    let error = #expect(throws: ConfigurationError.self) { try Self.settings(environment) }
    #expect(error?.context == name)
    // A header that was written wrong may be a key.
    #expect(error?.description.contains("secret") == false)
  }
}
