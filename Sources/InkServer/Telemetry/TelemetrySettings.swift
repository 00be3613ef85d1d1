/// Where spans and metrics are sent to, in OpenTelemetry's protocol over HTTP (OTLP) with JSON.
public struct TelemetrySettings: Sendable, Hashable {
  /// One receiver.
  public struct Receiver: Sendable, Hashable {
    /// The address that documents are posted to, such as `http://localhost:4318/v1/traces`.
    public var address: String
    /// Header fields of every post.
    public var headers: [HeaderField]
    /// The most time that a post may take.
    public var timeout: Duration

    /// A receiver with every field given.
    public init(address: String, headers: [HeaderField] = [], timeout: Duration = .seconds(10)) {
      self.address = address
      self.headers = headers
      self.timeout = timeout
    }
  }

  /// A field of a post's header.
  public struct HeaderField: Sendable, Hashable {
    /// The field's name.
    public var name: String
    /// The field's value.
    public var value: String

    /// A field.
    public init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  /// A name and a value that describe this process.
  public struct ResourceAttribute: Sendable, Hashable {
    /// The attribute's name, such as `deployment.environment.name`.
    public var name: String
    /// The attribute's value.
    public var value: String

    /// An attribute.
    public init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  /// Where spans go; nil sends none.
  public var traces: Receiver?
  /// Where metrics go; nil sends none.
  public var metrics: Receiver?
  /// What describes this process; `service.name` is among them.
  public var resource: [ResourceAttribute]
  /// Time between two posts of spans.
  public var spanInterval: Duration
  /// Time between two posts of metrics.
  public var metricInterval: Duration
  /// Spans that may wait for their post; further ones are dropped and counted.
  public var waitingSpans: Int
  /// Spans of one post.
  public var spansInOnePost: Int

  /// Settings with every field given; the defaults are those of OpenTelemetry's specification.
  public init(
    traces: Receiver?, metrics: Receiver?, resource: [ResourceAttribute] = [],
    spanInterval: Duration = .seconds(5), metricInterval: Duration = .seconds(60), waitingSpans: Int = 2048,
    spansInOnePost: Int = 512
  ) {
    self.traces = traces
    self.metrics = metrics
    self.resource = resource
    self.spanInterval = spanInterval
    self.metricInterval = metricInterval
    self.waitingSpans = max(waitingSpans, 1)
    self.spansInOnePost = max(spansInOnePost, 1)
  }
}
