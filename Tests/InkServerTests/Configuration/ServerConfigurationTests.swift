import Foundation
import InkChat
import InkRemote
import InkServer
import Testing

@Suite("The configuration file")
struct ServerConfigurationTests {
  @Test("every field is read into its place")
  func everything() throws {
    let configuration = try ServerConfiguration(
      yaml: """
        server:
          host: 0.0.0.0
          port: 8080
          api_key_file: /etc/inkstone/keys
          memory_limit: 12GiB
          room_patience: 45s
          body_limit: 64MiB
          connections: 2048
          concurrent_requests: 256
          cors_origins: [https://chat.example.org]
          unknown_fields: refuse
          metrics_names: [vllm]
          prompt_log: off
        models:
          - name: assistant
            model: smollm2-135m
            aliases: [gpt-4o-mini, helper]
            kind: [chat, embedding]
            template: templates/chat.jinja
            threads: 4
            context: 4096
            parallel: 8
            waiting: 100
            cache: { format: q8, memory: 512MiB, share_prefixes: false }
            speculation: { method: draft, model: tiny, tokens: 3 }
            defaults: { temperature: 0.7, top_p: 0.9, top_k: 40, min_p: 0.05, repetition_penalty: 1.1,
              frequency_penalty: 0.1, presence_penalty: -0.1, max_tokens: 512 }
            system: Be brief.
            template_variables: { enable_thinking: false, level: [1, 2.5, null, "x"] }
            pinned: true
          - name: writer
            model: smollm2-135m
            adapters: [{ name: poems, path: runs/lora/final }]
            speculation: { method: mtp, tokens: 2 }
          - name: hosted
            ttl: 15m
            remote:
              url: https://api.example.com/v1/
              model: large
              key_env: EXAMPLE_KEY
              dialect: vllm
              timeout: 5m
              head_timeout: 20s
              idle_timeout: 1500ms
              attempts: 2
              abilities: [tools]
              context: 32768
        gateway:
          workers:
            - url: http://10.0.0.2:8080
              key_env: WORKER_KEY
            - url: http://10.0.0.3:8080
          health_interval: 2s
          failures_before_removal: 3
          attempts: 4
        """, file: "serve.yaml")
    let server = configuration.server
    #expect(server.host == "0.0.0.0" && server.port == 8080 && server.keyFile == "/etc/inkstone/keys")
    #expect(server.memoryLimit == 12 << 30 && server.roomPatience == .seconds(45) && server.bodyLimit == 64 << 20)
    #expect(server.connections == 2048 && server.concurrentRequests == 256)
    #expect(server.origins == ["https://chat.example.org"] && server.unknownFields == .refuse)
    #expect(server.metricsNames == [.vllm] && server.promptLog == .off)
    let local = LocalModelSettings(
      reference: "smollm2-135m", template: "templates/chat.jinja", threads: 4, contextLength: 4096, parallelRequests: 8,
      waitingRequests: 100, cacheFormat: .q8, cacheBytes: 512 << 20, prefixSharing: .separate,
      speculation: .draft(model: "tiny", tokens: 3))
    let defaults = RequestDefaults(
      temperature: 0.7, topK: 40, topP: 0.9, minP: 0.05, repetitionPenalty: 1.1, frequencyPenalty: 0.1,
      presencePenalty: -0.1, maximumTokens: 512, systemMessage: "Be brief.",
      templateVariables: [
        JSONMember("enable_thinking", false), JSONMember("level", [1, 2.5, nil, "x"]),
      ])
    let remote = RemoteModelSettings(
      address: "https://api.example.com/v1", model: "large", keyVariable: "EXAMPLE_KEY", dialect: .vLLM,
      timeouts: EndpointTimeouts(head: .seconds(20), idle: .milliseconds(1500), total: .seconds(300)),
      retries: RetryBudget(attempts: 2), abilities: [.tools], contextLength: 32768)
    #expect(
      configuration.models == [
        ModelEntry(
          name: "assistant", aliases: ["gpt-4o-mini", "helper"], purposes: [.chat, .embedding], source: .local(local),
          residence: .pinned, defaults: defaults),
        ModelEntry(
          name: "writer",
          source: .local(
            LocalModelSettings(
              reference: "smollm2-135m", speculation: .prediction(tokens: 2),
              adapters: [AdapterSource(name: "poems", path: "runs/lora/final")]))),
        ModelEntry(name: "hosted", source: .remote(remote), residence: .whileUsed(idleLimit: .seconds(900))),
      ])
    let workers = [
      WorkerSettings(address: "http://10.0.0.2:8080", keyVariable: "WORKER_KEY"),
      WorkerSettings(address: "http://10.0.0.3:8080"),
    ]
    #expect(
      configuration.gateway
        == GatewayOptions(workers: workers, healthInterval: .seconds(2), failuresBeforeRemoval: 3, attempts: 4))
  }

  @Test("the documented example is read, the parts that stand there as comments too")
  func example() throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../Examples/serving")
    let text = try String(contentsOf: folder.appending(path: "serve.yaml").standardizedFileURL, encoding: .utf8)
    let plain = try ServerConfiguration(yaml: text, file: "serve.yaml")
    #expect(plain.models.map(\.name) == ["assistant", "small", "hosted"])
    #expect(plain.gateway == nil)
    let marks = ["# gateway:", "#   ", "#     - url", "#       key_env"]
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      let indent = line.prefix { $0 == " " }
      let rest = line.dropFirst(indent.count)
      let isOption = rest.firstMatch(of: /^# +(- )?[a-z_]+:( |$)/) != nil || marks.contains { rest.hasPrefix($0) }
      return isOption ? indent + rest.dropFirst(2) : line
    }
    let full = try ServerConfiguration(yaml: lines.joined(separator: "\n"), file: "serve.yaml")
    #expect(full.gateway?.workers.count == 2)
    #expect(full.server.keyFile != nil && full.server.origins?.count == 1 && full.server.metricsNames?.count == 2)
    #expect(full.models.first?.source != plain.models.first?.source, "adapters and template are read")
    #expect(full.models.first?.defaults.templateVariables.count == 1)
  }

  @Test("what is left out is left to the defaults")
  func leftOut() throws {
    let configuration = try ServerConfiguration(yaml: "models:\n  - { name: a, model: b }\n", file: "f")
    #expect(configuration.server == ServerOptions())
    #expect(configuration.gateway == nil)
    #expect(configuration.models == [ModelEntry(name: "a", source: .local(LocalModelSettings(reference: "b")))])
  }

  @Test(
    "a mistake is told with its line, what was expected, and the nearest name",
    arguments: [
      ("server:\n  prot: 80\n", 2, "server.prot", "Did you mean port?"),
      ("server:\n  port: \"80\"\n", 2, "server.port", "a whole number, 0 to 65535, found \"80\""),
      ("server:\n  port: 70000\n", 2, "server.port", "0 to 65535"),
      ("server:\n  memory_limit: 8\n", 2, "server.memory_limit", "a size with its unit"),
      ("server:\n  memory_limit: 99999999TiB\n", 2, "server.memory_limit", "a size with its unit"),
      ("server:\n  room_patience: soon\n", 2, "server.room_patience", "a time with its unit"),
      ("server:\n  room_patience: 1e400s\n", 2, "server.room_patience", "a time with its unit"),
      ("server: 3\n", 1, "server", "names with values, found a single value"),
      ("models: { name: a }\n", 1, "models", "a list"),
      ("models:\n  - model: a\n", 2, "models[0].name", "expected text, found nothing"),
      ("models:\n  - name: 7\n    model: a\n", 2, "models[0].name", "Put it in quotation marks"),
      ("models:\n  - name: a\n", 2, "models[0].model", "found neither"),
      ("models:\n  - name: a\n    model: b\n    remote: { url: http://x }\n", 4, "models[0].remote", "found both"),
      ("models:\n  - name: a\n    model: b\n    kind: chta\n", 4, "models[0].kind", "Did you mean chat?"),
      ("models:\n  - name: a\n    model: b\n    pinned: 1\n", 4, "models[0].pinned", "true or false"),
      (
        "models:\n  - name: a\n    model: b\n    pinned: true\n    ttl: 5m\n", 5, "models[0].ttl",
        "either pinned or ttl"
      ),
      ("models:\n  - name: a\n    model: b\n    cache:\n      fromat: f16\n", 5, "models[0].cache.fromat", "format"),
      ("models:\n  - name: a\n    threads: 2\n    remote: { url: http://x }\n", 3, "models[0].threads", "no model"),
      (
        "models:\n  - { name: a, model: b }\n  - name: c\n    model: d\n    aliases: [a]\n", 5, "models[1].aliases",
        "\"a\""
      ),
      ("models:\n  - { name: a, model: b }\n  - { name: a, model: b }\n", 3, "models[1].name", "one model each"),
      (
        "models:\n  - name: a\n    model: b\n    adapters:\n      - { name: c }\n", 5, "models[0].adapters[0].path",
        "nothing"
      ),
      (
        "models:\n  - name: a\n    model: b\n    kind: [embedding, rerank]\n    adapters: [{ name: c, path: d }]\n", 5,
        "models[0].adapters", "one kind"
      ),
      ("models:\n  - name: a\n    model: b\n    adapters: [{ name: a, path: d }]\n", 4, "models[0].adapters", "\"a\""),
      ("models:\n  - name: a\n    remote: { url: ftp://x }\n", 3, "models[0].remote.url", "https://host/v1"),
      (
        "models:\n  - name: a\n    remote: { url: \"http://me:pw@x\" }\n", 3, "models[0].remote.url",
        "without a password"
      ),
      (
        "models:\n  - name: a\n    model: b\n    speculation: { method: draft }\n", 4, "models[0].speculation.model",
        "draft"
      ),
      (
        "models:\n  - name: a\n    model: b\n    speculation: { method: mtp, model: c }\n", 4,
        "models[0].speculation.model", "no model for this method"
      ),
      (
        "models:\n  - name: a\n    model: b\n    defaults: { top_p: 1.5 }\n", 4, "models[0].defaults.top_p",
        "0.0 to 1.0"
      ),
      (
        "models:\n  - name: a\n    model: b\n    defaults: { temperature: .nan }\n", 4,
        "models[0].defaults.temperature", "0.0 to"
      ),
      ("gateway:\n  workers: []\n", 2, "gateway.workers", "at least one worker"),
      ("server:\n  port: 1\n  port: 2\n", nil, "", "more than once"),
      ("server: [\n", nil, "", "YAML"),
      ("", nil, "", "an empty file"),
    ] as [(String, Int?, String, String)])
  func mistakes(yaml: String, line: Int?, context: String, part: String) throws {
    let error = try #require(
      throws: ConfigurationError.self, performing: { try ServerConfiguration(yaml: yaml, file: "serve.yaml") })
    if let line { #expect(error.line == line) }
    #expect(error.context == context)
    #expect(error.description.contains(part), "\(error)")
    #expect(error.description.hasPrefix("serve.yaml"))
  }

  @Test("a key that stands where the name of a variable belongs is refused and not repeated")
  func keyInFile() throws {
    let error = try #require(
      throws: ConfigurationError.self,
      performing: {
        try ServerConfiguration(
          yaml: "models:\n  - name: a\n    remote: { url: http://x, key_env: sk-abc-123 }\n", file: "f")
      })
    #expect(error.context == "models[0].remote.key_env")
    #expect(!error.description.contains("sk-abc"))
  }
}
