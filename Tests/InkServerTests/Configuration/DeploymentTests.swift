import Foundation
import HTTPTypes
import HummingbirdTesting
import InkChat
import InkServer
import InkTesting
import Testing

@Suite("Deployment files")
struct DeploymentTests {
  private let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../Deployment")
    .standardizedFileURL

  private func text(_ path: String) throws -> String {
    try String(contentsOf: folder.appending(path: path), encoding: .utf8)
  }

  @Test("the configuration for Kubernetes is one that the server reads")
  func configuration() throws {
    let configuration = try ServerConfiguration(yaml: text("kubernetes/serve.yaml"), file: "serve.yaml")
    #expect(configuration.server.host == "0.0.0.0")
    #expect(configuration.models.count == 1)
    let manifest = try text("kubernetes/deployment.yaml")
    #expect(manifest.contains("containerPort: \(try #require(configuration.server.port))"))
    let keys = try #require(configuration.server.keyFile)
    #expect(manifest.contains("mountPath: \(keys.dropLast("/keys".count))\n"))
  }

  @Test("the gateway's part of the description is one that the server reads")
  func gateway() throws {
    let readme = try text("README.md")
    let block = try #require(readme.firstMatch(of: /```yaml\n((?s:.*?))```/)).1
    let configuration = try ServerConfiguration(yaml: String(block), file: "README.md")
    #expect(configuration.gateway?.workers.count == 2)
  }

  private struct Engine: EngineStatisticsSource {
    var statistics: EngineStatistics { get async { EngineStatistics() } }
  }

  @Test("every metric and every path that the files name is one that the server has")
  func names() async throws {
    let model = ServedModel(chat: ScriptedChatModel("Hi"), statistics: Engine())
    let files = try [
      "kubernetes/autoscaler.yaml", "kubernetes/deployment.yaml", "prometheus/prometheus.yml",
      "prometheus/inkstone-rules.yml", "nginx/inkstone.conf",
    ].map { try text($0) }
    try await TestServer(FixedModels([(.chat("m"), model)])).test { client in
      // Some metrics are told once there is something to tell.
      _ = try await client.post("/v1/chat/completions", #"{"messages":[{"role":"user","content":"Hi"}],"stream":true}"#)
      let page = try await client.get("/metrics").text
      var metrics: Set<String> = []
      var paths: Set<String> = []
      for file in files {
        for match in file.matches(of: /\binkstone_[a-z_]+/) {
          metrics.insert(match.0.hasSuffix("_bucket") ? String(match.0.dropLast("_bucket".count)) : String(match.0))
        }
        for match in file.matches(of: /(?:path: |metrics_path: |location = )(\/[a-z]+)/) {
          paths.insert(String(match.1))
        }
      }
      #expect(metrics.count >= 3)
      for metric in metrics { #expect(page.contains("# TYPE \(metric) "), "\(metric)") }
      #expect(paths == ["/readyz", "/livez", "/metrics"])
      for path in paths { #expect(try await client.get(path).status == .ok, "\(path)") }
    }
  }
}
