#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

package import InkFormats
package import InkInference
package import InkModels
package import InkTensor

/// Finds a model's files, fetching them where that is allowed, and loads them.
package struct ModelOpener: Sendable {
  private let network: HubConfiguration.Network
  private let output: OutputOptions

  /// An opener for one command. The environment may forbid the network too.
  package init(network: HubConfiguration.Network, output: OutputOptions) {
    self.network = network
    self.output = output
  }

  /// The resolver with the settings of this process.
  package func resolver() throws(HubError) -> ModelResolver {
    var configuration = try HubConfiguration(environment: ProcessInfo.processInfo.environment)
    if network == .offline { configuration.network = .offline }
    return ModelResolver(configuration: configuration)
  }

  /// The files of a model; fetched, with progress on standard error, when they are not on this machine.
  package func resolve(_ name: String) async throws -> ResolvedModel {
    let reference = try ModelReference(name)
    let resolver = try resolver()
    do {
      // Nearly always the files are here, and nothing needs to be prepared for a fetch.
      return try await resolver.resolve(reference, fetching: .never)
    } catch {
      guard error.code == .offline, resolver.configuration.network == .online else { throw error }
    }
    let progress = output.fetchProgress()
    defer { progress.finish() }
    return try await Interruption.cancelling {
      try await resolver.resolve(reference, fetching: .whenMissing) { progress.show($0) }
    }
  }

  /// A model ready to run, and how long it took to load once its files were found.
  package func load(
    _ name: String, options: LoadingOptions = LoadingOptions(), template: TemplateChoice = .automatic, on cpu: CPU
  ) async throws -> (model: LanguageModel, loading: Duration) {
    let resolved = try await resolve(name)
    let clock = ContinuousClock()
    let start = clock.now
    let model = try LanguageModel.load(resolved, options: options, template: template, cpu: cpu)
    return (model, start.duration(to: clock.now))
  }
}
