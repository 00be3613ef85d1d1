package import ArgumentParser
package import InkServer

/// Where a server listens, and to whom it answers.
package struct ListeningOptions: ParsableArguments {
  @Option(help: "The address to listen on; 0.0.0.0 for all of this machine's.")
  package var host = "127.0.0.1"

  @Option(help: "The port to listen on; 0 picks a free one.")
  package var port = 8080

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
    if !(0...65_535).contains(port) { throw ValidationError("--port: expected 0 to 65535, found \(port).") }
  }

  /// The server's settings.
  ///
  /// - Throws: for a file of keys that cannot be read.
  package func settings(requests: ServedRequestOptions, environment: [String: String]) throws -> ServerSettings {
    var keys = try apiKeyFile.map { try AccessKeyFile.keys(in: try InputFile.text($0), file: $0) } ?? []
    if let key = environment["INKSTONE_API_KEY"], !key.isEmpty {
      keys.append(AccessKey(secret: key, name: "environment"))
    }
    let origins: CrossOriginRule =
      if allowedOrigins.contains("*") { .any } else if allowedOrigins.isEmpty { .off } else {
        .origins(Set(allowedOrigins))
      }
    return ServerSettings(
      host: host, port: port, keys: keys, crossOrigin: origins, unknownFields: requests.unknownFields,
      promptLogging: requests.promptLogging, metricsDialects: Set(dialects.map(\.dialect)), version: ProgramVersion.text)
  }
}
