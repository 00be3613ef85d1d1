import Foundation
import InkFormats

/// The default model, when it is on this machine.
enum RealModel {
  /// The file that `INKSTONE_TEST_MODEL` names, else the one in the cache.
  static let path: String? = {
    let environment = ProcessInfo.processInfo.environment
    if let named = environment["INKSTONE_TEST_MODEL"], FileManager.default.fileExists(atPath: named) { return named }
    guard let configuration = try? HubConfiguration(environment: environment),
      let model = ModelRegistry.builtIn.model(named: ModelRegistry.defaultName), let file = model.files.first
    else { return nil }
    let path = "\(configuration.inkstoneCache)/models/\(model.name)/\(file.name)"
    return FileManager.default.fileExists(atPath: path) ? path : nil
  }()

  static var isHere: Bool { path != nil && ProgramRun.isBuilt }
}
