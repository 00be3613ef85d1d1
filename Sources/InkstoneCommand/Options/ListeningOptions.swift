package import ArgumentParser
package import InkServer

/// Where a server listens, and to whom it answers.
package struct ListeningOptions: ParsableArguments {
  @Option(help: "The address to listen on; 0.0.0.0 for all of this machine's; 127.0.0.1 when left out.")
  package var host: String?

  @Option(help: "The port to listen on; 0 picks a free one; 8080 when left out.")
  package var port: Int?

  @Option(
    help: ArgumentHelp(
      """
      A file with an API key on each line: the key, and behind blanks a name, requests a minute and requests at once \
      (- for no limit). INKSTONE_API_KEY names one more. Without keys everybody who reaches the server may use it.
      """, valueName: "path"))
  package var apiKeyFile: String?

  @Option(
    name: .customLong("allow-origin"), parsing: .singleValue,
    help: ArgumentHelp(
      "An origin whose pages may use the server from a browser, or * for any; may be repeated.", valueName: "origin"))
  package var allowedOrigins: [String] = []

  @Option(
    name: .customLong("metrics-compat"), parsing: .singleValue,
    help: "Offer the metrics of another server's dashboards too: vllm or llamacpp.")
  package var dialects: [DialectArgument] = []

  /// Servers whose metrics can be offered.
  package enum DialectArgument: String, ExpressibleByArgument, CaseIterable, Sendable {
    case vllm, llamacpp

    var dialect: MetricsDialect {
      switch self {
      case .vllm: .vllm
      case .llamacpp: .llamacpp
      }
    }
  }

  package init() {}

  package func validate() throws {
    if let port, !(0...65_535).contains(port) { throw ValidationError("--port: expected 0 to 65535, found \(port).") }
  }

  /// The server's settings; what is not said here is what the file says.
  ///
  /// - Throws: for a file of keys that cannot be read.
  package func settings(
    requests: ServedRequestOptions, file: ServerOptions, environment: [String: String]
  ) throws -> ServerSettings {
    let keyFile = apiKeyFile ?? file.keyFile
    var keys = try keyFile.map { try AccessKeyFile.keys(in: try InputFile.text($0), file: $0) } ?? []
    if let key = environment["INKSTONE_API_KEY"], !key.isEmpty {
      keys.append(AccessKey(secret: key, name: "environment"))
    }
    var limits = ServerLimits()
    if let bytes = file.bodyLimit { limits.bodyBytes = bytes }
    if let count = file.connections { limits.connections = count }
    if let count = file.concurrentRequests { limits.concurrentRequests = count }
    let named = Set(dialects.map(\.dialect))
    return ServerSettings(
      host: host ?? file.host ?? "127.0.0.1", port: port ?? file.port ?? 8080, keys: keys, limits: limits,
      crossOrigin: origins(allowedOrigins.isEmpty ? file.origins ?? [] : allowedOrigins),
      unknownFields: requests.strict || file.unknownFields == .refuse ? .refuse : .warn,
      promptLogging: requests.logPrompts || file.promptLog == .bodies ? .bodies : .off,
      page: PageFile.embedded,
      metricsDialects: named.isEmpty ? Set((file.metricsNames ?? []).map(\.dialect)) : named,
      version: ProgramVersion.text)
  }

  private func origins(_ names: [String]) -> CrossOriginRule {
    if names.contains("*") { return .any }
    return names.isEmpty ? .off : .origins(Set(names))
  }
}

extension ServerOptions.MetricsNames {
  fileprivate var dialect: MetricsDialect {
    switch self {
    case .vllm: .vllm
    case .llamacpp: .llamacpp
    }
  }
}
