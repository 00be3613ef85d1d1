import InkFormats
import InkNN
package import InkTensor

extension DecoderLM {
  /// A number that tells models apart: SHA-256 over the names, the sizes and some rows of all maps and tables.
  ///
  /// A base that was trained further, or is stored with other precision, has another one. The same weights have the same
  /// on any machine.
  package func fingerprint(on cpu: CPU) -> String { adapterSites.fingerprint(on: cpu) }

  /// The number of the model as it is stored, whatever its maps were rounded to when it was loaded: that of the base which
  /// an adapter is used with later.
  package func fingerprint(ofStored weights: any WeightSource, on cpu: CPU) -> String {
    adapterSites.fingerprint(ofStored: weights, on: cpu)
  }
}

extension [AdapterSite] {
  /// Those of layers: heads are left out, as an adapter may bring its own.
  var ofLayers: [AdapterSite] { filter { $0.name.split(separator: ".").contains("layers") } }

  /// The number of maps as they are stored, where they were rounded when they were loaded.
  func fingerprint(ofStored weights: any WeightSource, on cpu: CPU) -> String {
    fingerprint(on: cpu) { site, rows in
      // A map that is stored in another form is the one that was loaded.
      guard site.isPacked else { return nil }
      let shape: Shape = [site.outputs, site.inputs]
      do throws(FormatError) {
        let stored = try weights.stored("\(site.name).weight", shape: shape)
        // What some rows made resident of a mapped file is not kept.
        defer { stored.storage.discardResidentRuns(around: stored.byteRange) }
        return stored.shape == shape ? try stored.float32Rows(rows) : nil
      } catch { return nil }
    }
  }

  /// SHA-256 over the names, the sizes and some rows of all of them.
  ///
  /// - Parameter stored: rows of a map where they are not those that were loaded.
  func fingerprint(on cpu: CPU, stored: (AdapterSite, [Int]) -> Tensor? = { _, _ in nil }) -> String {
    var hasher = TensorHasher()
    for site in self {
      hasher.update([UInt8]("\(site.name) \(site.outputs) \(site.inputs)\n".utf8))
      let rows = Set([0, 1, site.outputs / 3, site.outputs / 2, site.outputs - 1]).filter {
        $0 >= 0 && $0 < site.outputs
      }
      let values = stored(site, rows.sorted()) ?? cpu.gatherRows(rows.sorted(), of: site.weight)
      hasher.update(StoredTensor(name: site.name, values))
    }
    return hasher.hexadecimal
  }
}

extension AdapterSite {
  /// Whether the map may have been rounded.
  fileprivate var isPacked: Bool {
    switch weight {
    case .packed: true
    case .dense: false
    }
  }
}

extension StoredTensor {
  /// Some rows of a matrix as f32.
  fileprivate func float32Rows(_ numbers: [Int]) throws(FormatError) -> Tensor {
    var values: [Float] = []
    for number in numbers { values += try rows(number..<number + 1).float32().toArray() }
    return Tensor(values, shape: [numbers.count, shape[1]])
  }
}
