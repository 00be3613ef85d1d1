/// What a configuration file says: how to listen, which models there are, which other servers stand behind this one.
///
/// ```yaml
/// server: { port: 8080, memory_limit: 8GiB }
/// models:
///   - name: assistant
///     model: smollm2-135m
/// ```
///
/// Reading is strict: an unknown name, a value of another type or a name that stands for two models is an error that
/// tells the line and what was expected.
public struct ServerConfiguration: Sendable, Hashable {
  /// How to listen and what may be used. A nil field leaves the choice to the command line or the default.
  public var server: ServerOptions
  /// The models, in order.
  public var models: [ModelEntry]
  /// The servers behind this one; nil when there are none.
  public var gateway: GatewayOptions?

  /// A configuration with every field given.
  public init(server: ServerOptions = ServerOptions(), models: [ModelEntry] = [], gateway: GatewayOptions? = nil) {
    self.server = server
    self.models = models
    self.gateway = gateway
  }

  /// Reads a configuration.
  ///
  /// - Parameters:
  ///   - yaml: the file's text.
  ///   - file: the file's name, for messages.
  /// - Throws: `ConfigurationError` with the line and what was expected.
  public init(yaml: String, file: String) throws(ConfigurationError) {
    var root = try ConfigurationReader.open(yaml, file: file)
    var server = try root.part("server")
    var models = try root.parts("models") ?? []
    var gateway = try root.part("gateway")
    try root.finish()
    self.server = try server?.serverOptions() ?? ServerOptions()
    self.gateway = try gateway?.gatewayOptions()
    self.models = []
    var owners: [String: String] = [:]
    for index in models.indices {
      let entry = try models[index].modelEntry()
      let names =
        [(entry.name, "name")] + entry.aliases.map { ($0, "aliases") } + entry.adapters.map { ($0.name, "adapters") }
      for (name, place) in names {
        guard let other = owners.updateValue(entry.name, forKey: name) else { continue }
        throw models[index].error(
          place, expected: "names that are for one model each",
          found: "\"\(name)\", which \(other == entry.name ? "this model has already" : "\"\(other)\" has too")")
      }
      self.models.append(entry)
    }
  }
}
