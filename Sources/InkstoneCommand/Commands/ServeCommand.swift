package import ArgumentParser
import InkFormats
import InkInference
import InkServer
import InkTensor
import Logging

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// `inkstone serve`: models over HTTP.
package struct ServeCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "serve", abstract: "Serve models over HTTP, with OpenAI's API and a page to chat on.",
    discussion: """
      Listens on this machine alone unless --host says otherwise. Ctrl-C (or SIGTERM) lets running requests finish and \
      takes no new ones; a second one stops at once. SIGHUP reads the models of --config again. With --json the first line on standard \
      output, once requests are taken, is {"listening":"http://…"}.

        inkstone serve
        inkstone serve --model smollm2-135m --embedding-model e5-small --port 8080
        inkstone serve --model ./qwen3-0.6b --parallel 8 --api-key-file keys.txt --host 0.0.0.0
        inkstone serve --model smollm2-135m --adapter poems=runs/lora/final
        inkstone serve --config models.yaml --memory-limit 8GiB
      """)

  @OptionGroup(title: "Models") package var models: ServedModelOptions
  @OptionGroup(title: "Requests") package var requests: ServedRequestOptions
  @OptionGroup(title: "Network") package var network: ListeningOptions
  @OptionGroup(title: "Machine") package var machine: MachineOptions
  @OptionGroup(title: "Output") package var output: OutputOptions

  package init() {}

  package mutating func run() async throws {
    let configuration = try models.configuration()
    let environment = ProcessInfo.processInfo.environment
    let settings = try network.settings(
      requests: requests, file: configuration.server, environment: environment)
    let telemetry = try TelemetrySettings(environment: environment, version: settings.version)
      .map { TelemetryExport($0) }
    // Before the first client of other servers is made, which then tells them of its spans.
    telemetry?.takeSpansOfProcess()
    var logger = Logger(label: "inkstone")
    logger.logLevel = output.quiet ? .error : requests.logLevel.level
    let serving = try ServedModels(
      options: models, requests: requests, opener: ModelOpener(network: machine.network, output: output),
      cpu: machine.makeCPU(), configuration: configuration, environment: environment, logger: logger)
    try await serving.preload()
    let store = try requests.dataDirectory.map { try StateStore.open($0) }
    let server = InkstoneServer(
      settings: settings, models: serving.provider, store: store,
      knowledge: try requests.knowledgeDesk(
        serving.provider, opener: ModelOpener(network: machine.network, output: output), cpu: machine.makeCPU(),
        environment: environment),
      telemetry: telemetry, onLargeRequestEnd: { HeapPages.giveBack() }, logger: logger)
    let watches = [
      SignalWatch(Interruption.signals) { number in
        if server.isDraining { Interruption.endProcess(number) }
        server.drain()
      },
      SignalWatch([Interruption.hangUp]) { _ in Task { await serving.reload() } },
    ]
    defer { for watch in watches { watch.stop() } }
    let (output, name) = (output, serving.firstName)
    try await serving.whileServing {
      try await server.run { address in
        ServeCommand.announce(address, model: name, needsKey: !settings.keys.isEmpty, output: output)
        // Where the system does not tell its mappings, or not so, they stay.
        if let table = try? InputFile.text("/proc/self/smaps") { ProgramPages.giveBackCode(table) }
      }
    }
  }

  private static func announce(_ address: String, model: String, needsKey: Bool, output: OutputOptions) {
    guard !output.json else {
      // A reader who went away has no more use for the address.
      try? output.result("{\"listening\":\"\(address)\"}")
      return
    }
    output.remark(ServeCommand.welcome(address, model: model, needsKey: needsKey))
  }

  /// What a person is told once requests are taken.
  private static func welcome(_ address: String, model: String, needsKey: Bool) -> String {
    let key = needsKey ? " -H \"Authorization: Bearer $KEY\"" : ""
    return """
      The page:  \(address)/
      The API:   \(address)/v1
      Try:       curl \(address)/v1/chat/completions\(key) -H "Content-Type: application/json" \
      -d '{"model": "\(model)", "max_tokens": 64, "messages": [{"role": "user", "content": "Hello"}]}'
      Ctrl-C finishes what is running and stops.
      """
  }
}
