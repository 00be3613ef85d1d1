import InkRemote

extension ConfigurationReader {
  mutating func serverOptions() throws(ConfigurationError) -> ServerOptions {
    var options = ServerOptions()
    options.host = try text("host")
    options.port = try integer("port", in: 0...65535)
    options.keyFile = try text("api_key_file")
    options.memoryLimit = try byteCount("memory_limit")
    options.roomPatience = try duration("room_patience")
    options.bodyLimit = try byteCount("body_limit")
    options.connections = try integer("connections", in: 1...1_000_000)
    options.concurrentRequests = try integer("concurrent_requests", in: 1...1_000_000)
    options.origins = try texts("cors_origins")
    options.unknownFields = try choice("unknown_fields", of: ServerOptions.UnknownFields.self)
    options.metricsNames = try choices("metrics_names", of: ServerOptions.MetricsNames.self)
    options.promptLog = try choice("prompt_log", of: ServerOptions.PromptLog.self)
    try finish()
    return options
  }

  mutating func gatewayOptions() throws(ConfigurationError) -> GatewayOptions {
    var options = GatewayOptions(workers: [])
    var workers = try parts("workers") ?? []
    options.dialect = try choice("dialect", of: EndpointDialect.self) ?? options.dialect
    options.timeouts = try timeouts()
    options.healthInterval = try duration("health_interval") ?? options.healthInterval
    options.failuresBeforeRemoval =
      try integer("failures_before_removal", in: 1...1000) ?? options.failuresBeforeRemoval
    options.attempts = try integer("attempts", in: 1...100) ?? options.attempts
    try finish()
    guard !workers.isEmpty else { throw error("workers", expected: "at least one worker", found: "none") }
    for index in workers.indices {
      let worker = try workers[index].workerSettings()
      guard !options.workers.contains(where: { $0.address == worker.address }) else {
        throw workers[index].error("url", expected: "every worker once", found: "\"\(worker.address)\" more than once")
      }
      options.workers.append(worker)
    }
    return options
  }

  private mutating func workerSettings() throws(ConfigurationError) -> WorkerSettings {
    var settings = WorkerSettings(address: try address("url"))
    settings.keyVariable = try keyVariable()
    try finish()
    return settings
  }

  /// An address of HTTP without a query, and without a slash at its end.
  mutating func address(_ name: String) throws(ConfigurationError) -> String {
    var address = try requiredText(name)
    while address.hasSuffix("/") { address.removeLast() }
    let isWhole = ["http://", "https://"].contains { address.hasPrefix($0) && address.count > $0.count }
    guard isWhole, !address.contains(where: { $0 == "?" || $0 == "#" || $0.isWhitespace }) else {
      throw error(name, expected: "an address such as https://host/v1, without ? or #", found: "\"\(address)\"")
    }
    guard !address.dropFirst(8).prefix(while: { $0 != "/" }).contains("@") else {
      throw error(
        name, expected: "an address without a password", found: "one with @",
        hint: "Put the key into an environment variable and its name into key_env.")
    }
    return address
  }

  mutating func keyVariable() throws(ConfigurationError) -> String? {
    guard let name = try text("key_env") else { return nil }
    let isName = name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
    guard isName, name.first?.isNumber == false else {
      // What stands here by mistake is most likely the key itself, so it is not repeated.
      throw error(
        "key_env", expected: "the name of an environment variable", found: "something else",
        hint: "Keys do not belong into this file; name the variable that holds the key.")
    }
    return name
  }

  mutating func timeouts() throws(ConfigurationError) -> EndpointTimeouts {
    var timeouts = EndpointTimeouts()
    timeouts.total = try duration("timeout")
    timeouts.head = try duration("head_timeout") ?? timeouts.head
    timeouts.idle = try duration("idle_timeout") ?? timeouts.idle
    return timeouts
  }
}
