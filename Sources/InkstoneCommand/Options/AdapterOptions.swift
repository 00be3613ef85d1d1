package import ArgumentParser
import InkAdapters
package import InkFormats
package import InkInference
package import InkModels
import InkNN
package import InkTensor
import InkTraining

/// Adapters that a model is used with.
package struct AdapterOptions: ParsableArguments {
  @Option(
    parsing: .singleValue,
    help: ArgumentHelp(
      "An adapter in PEFT's layout, as a folder or name=folder; may be repeated. The first answers unless a request names "
        + "another.", valueName: "folder"))
  package var adapter: [String] = []

  package init() {}

  /// How the weights of the base are to be read: adapters are made for the order of rows of checkpoints.
  package func loading(_ options: LoadingOptions = LoadingOptions()) -> LoadingOptions {
    guard !adapter.isEmpty else { return options }
    var options = options
    options.conventions = .checkpoint
    return options
  }

  /// The model with the adapters.
  ///
  /// - Throws: for folders that are no adapters, and for adapters of another base.
  package func attach(
    to model: LanguageModel, of resolved: ResolvedModel, on cpu: CPU
  ) throws -> LanguageModel {
    guard !adapter.isEmpty else { return model }
    let named = adapter.map { AdapterOptions.parts(of: $0) }
    return try model.attaching(
      adapters: named, of: resolved, answering: named.first.map { AdapterName($0.name) }, on: cpu)
  }

  /// `name=folder`, or a folder whose last part is the name.
  static func parts(of entry: String) -> (name: String, folder: String) {
    if let sign = entry.firstIndex(of: "="), sign != entry.startIndex {
      return (String(entry[..<sign]), String(entry[entry.index(after: sign)...]))
    }
    return (entry.split(separator: "/").last.map { String($0) } ?? entry, entry)
  }
}

extension LanguageModel {
  /// The model, loaded in the conventions of checkpoints, with adapters from their folders.
  ///
  /// - Parameter answering: the adapter of requests that name none; nil is the model as it is.
  /// - Throws: for folders that are no adapters, and for adapters of another base.
  func attaching(
    adapters: [(name: String, folder: String)], of resolved: ResolvedModel, answering: AdapterName?, on cpu: CPU
  ) throws -> LanguageModel {
    try attaching(adapters: adapters, ofCheckpoint: try resolved.mainPath, answering: answering, on: cpu)
  }

  /// The same for a checkpoint where it lies, a folder or the first of its files.
  func attaching(
    adapters: [(name: String, folder: String)], ofCheckpoint path: String, answering: AdapterName?, on cpu: CPU
  ) throws -> LanguageModel {
    let checkpoint = try DecoderCheckpoint.open(path)
    let base = try AdapterBase(checkpoint, model: decoder)
    let fingerprint = decoder.fingerprint(on: cpu)
    var made: [ModelAdapter] = []
    for (name, folder) in adapters {
      let stored = try StoredAdapter.open(folder)
      try stored.requireBase(fingerprint)
      made.append(try stored.modelAdapter(named: AdapterName(name), for: base, use: .inference, on: cpu))
    }
    return try attaching(made, answering: answering)
  }
}

extension ResolvedModel {
  /// The folder, or the first file.
  package var mainPath: String {
    get throws {
      switch content {
      case .folder(let path): return path
      case .gguf(let paths):
        guard let first = paths.first else {
          throw CommandError(.notFound, context: "\(reference)", expected: "a GGUF file", found: "none")
        }
        return first
      }
    }
  }
}
