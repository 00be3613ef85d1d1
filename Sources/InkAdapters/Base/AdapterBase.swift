package import InkFormats
package import InkNN
import InkTensor

/// A model as adapters see it: its maps, and the names that checkpoints have for them.
package struct AdapterBase: Sendable {
  let sites: [String: AdapterSite]
  /// In the order of the model.
  let order: [String]
  /// The biases of norms, and of maps whose weights are those of another part, in the order of the model.
  let otherBiases: [BiasSite]
  let map: WeightMap
  private let head: Head
  private let places: WeightPlaces
  /// What virtual tokens are made for.
  let width: Int
  let layers: Int
  let prefixShape: PrefixShape?
  /// Of the queries, as configurations of virtual tokens state them.
  let heads: Int
  /// Where what rows in attention give joins what the tokens give.
  let promptPlacement: AttentionPrompt.Placement

  /// Where a model's head comes from.
  package enum Head: Sendable, Hashable {
    case own
    /// It is the table of embeddings. An adapter may put another in its place, or change it alone.
    case table
  }

  /// - Parameters:
  ///   - sites: the maps and tables of the model, in the conventions of its checkpoints.
  ///   - otherBiases: those of norms, and of maps whose weights are those of another part.
  ///   - map: from the names of checkpoints to those of the model.
  ///   - head: where the head comes from; the map has a name for it either way.
  ///   - prefixShape: what a prefix of keys and values is made for, where the model takes one.
  ///   - heads: heads of queries in the first layer.
  ///   - promptPlacement: where what rows in attention give joins what the tokens give.
  package init(
    sites: [AdapterSite], otherBiases: [BiasSite] = [], map: WeightMap, head: Head = .own, width: Int, layers: Int,
    prefixShape: PrefixShape?, heads: Int, promptPlacement: AttentionPrompt.Placement = .beforeOutput
  ) throws(AdapterError) {
    self.sites = Dictionary(sites.map { ($0.name, $0) }) { first, _ in first }
    self.order = sites.map(\.name)
    self.otherBiases = otherBiases
    self.map = map
    self.head = head
    self.width = width
    self.layers = layers
    self.prefixShape = prefixShape
    self.heads = heads
    self.promptPlacement = promptPlacement
    places = try AdapterError.converting { () throws(FormatError) in try WeightPlaces(map) }
  }

  /// A module of the checkpoint and the maps of the model that are made of its rows.
  struct Module {
    let name: String
    let sites: [AdapterSite]
    let layout: WeightLayout
  }

  /// The module of a name.
  ///
  /// - Throws: `unusedTensor` when the model has no such module, `unsupported` when its rows are no rows of maps.
  func module(_ name: String, _ file: String) throws(AdapterError) -> Module {
    guard let place = places.place(ofStored: "\(name).weight") else {
      throw AdapterError(
        .unusedTensor, context: "\(file): module \"\(name.prefix(200))\"", expected: "a linear map of the model",
        hint: "The adapter was made for another model, or for a part that adapters cannot change here.")
    }
    var found: [AdapterSite] = []
    for part in place.parts {
      guard let site = sites[AdapterBase.site(part)] else {
        throw AdapterError(
          .unsupported, context: "\(file): module \"\(name.prefix(200))\"", expected: "a linear map of the model",
          found: "\(part), which is none")
      }
      found.append(site)
    }
    return Module(name: name, sites: found, layout: place.layout)
  }

  /// The module that a map is part of; nil where its rows are no rows of one.
  func module(ofSite name: String) -> Module? {
    guard let place = places.place(of: "\(name).weight") else { return nil }
    let found = place.parts.compactMap { sites[AdapterBase.site($0)] }
    guard found.count == place.parts.count, place.stored.hasSuffix(".weight") else { return nil }
    return Module(name: String(place.stored.dropLast(".weight".count)), sites: found, layout: place.layout)
  }

  /// The name that checkpoints have for the module which a map is part of; nil where its rows are no rows of one.
  package func moduleName(ofSite name: String) -> String? { module(ofSite: name)?.name }

  /// The name that checkpoints have for the attention of a layer with maps of keys and values; nil where it has none.
  func attentionModule(ofLayer layer: Int) -> String? {
    let site = AdapterBase.attention(ofLayer: layer)
    guard sites["\(site).key"] != nil, sites["\(site).value"] != nil,
      let key = moduleName(ofSite: "\(site).key"), let end = key.lastIndex(of: ".")
    else { return nil }
    return String(key[..<end])
  }

  /// What the model calls the attention of a layer.
  static func attention(ofLayer layer: Int) -> String { "layers.\(layer).mixer" }

  /// Whether the head is another matrix than the embedding.
  var hasOwnHead: Bool { head == .own && places.place(of: "head.weight") != nil }

  /// Rows for the outputs of modules, each [outputs, width], as rows for the outputs of maps.
  func rowsOfSites(
    _ rows: [(module: Module, rows: Tensor)], _ file: String
  ) throws(AdapterError) -> [String: Tensor] {
    let stored = rows.map { entry in
      StoredTensor(name: "\(entry.module.name).weight", entry.module.layout.stored(entry.rows))
    }
    let made = try mapped(stored, file) { (collection) throws(FormatError) in try map.load(collection) }
    return Dictionary(made.map { (AdapterBase.site($0.key), $0.value) }) { first, _ in first }
  }

  /// Rows for the outputs of all maps of modules as rows for the outputs of the modules.
  func rowsOfModules(_ rows: [(site: String, rows: Tensor)]) throws(AdapterError) -> [String: Tensor] {
    let stored = rows.map { StoredTensor(name: "\($0.site).weight", $0.rows) }
    let made = try mapped(stored, "the adapter") { (collection) throws(FormatError) in try map.exporting(collection) }
    var result: [String: Tensor] = [:]
    for (name, tensor) in made {
      let module = String(name.dropLast(".weight".count))
      let layout = places.place(ofStored: name)?.layout ?? .outputsFirst
      result[module] = layout.stored(tensor)
    }
    return result
  }

  /// The bias of another part than a map, by the name that checkpoints have for that part; nil where there is none.
  func otherBias(ofStored module: String) -> BiasSite? {
    guard let part = places.place(ofStored: "\(module).bias")?.parts.first else { return nil }
    return otherBiases.first { "\($0.name).bias" == part }
  }

  /// Whole tensors of the model as those of checkpoints.
  func exported(_ tensors: [StoredTensor]) throws(AdapterError) -> [String: Tensor] {
    try mapped(tensors, "the adapter") { (collection) throws(FormatError) in try map.exporting(collection) }
  }

  /// Whole weights of a module as those of maps.
  func weightsOfSites(_ stored: [StoredTensor], _ file: String) throws(AdapterError) -> [String: Tensor] {
    try mapped(stored, file) { (collection) throws(FormatError) in try map.load(collection) }
  }

  private func mapped(
    _ stored: [StoredTensor], _ file: String,
    _ body: (TensorCollection) throws(FormatError) -> MappedWeights
  ) throws(AdapterError) -> [String: Tensor] {
    try AdapterError.converting { () throws(FormatError) in
      let weights = try body(try TensorCollection(stored, path: file))
      try weights.requireComplete()
      var made: [String: Tensor] = [:]
      for name in weights.names { made[name] = try weights.stored(name).float32() }
      return made
    }
  }

  static func site(_ weight: String) -> String {
    weight.hasSuffix(".weight") ? String(weight.dropLast(".weight".count)) : weight
  }
}

extension WeightLayout {
  /// A matrix with a row for each output as the checkpoint keeps it, or the other way round.
  fileprivate func stored(_ rows: Tensor) -> Tensor {
    switch self {
    case .outputsFirst: rows
    case .inputsFirst: rows.transposed([1, 0]).contiguous()
    }
  }
}
